import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

export interface ChildOptions {
  /** What people call it: `nats`, `coturn`. */
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the child. */
  env: Readonly<Record<string, string | undefined>>;
  /** Everything that it says is added here. */
  logFile: string;
  /** The child is ready as soon as a line satisfies `line`, or `probe`, asked again and again, answers true. */
  ready: { line: (text: string) => boolean } | { probe: () => Promise<boolean> };
  readyTimeoutMs: number;
  /** From SIGTERM to SIGKILL. */
  stopTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, with how: `exit code 1`, `signal SIGKILL`. Never rejects. */
  readonly exited: Promise<string>;
  /** The last lines that it wrote. */
  tail(): string;
  /** Ends it and its process group: SIGTERM to it, SIGKILL to the group. Idempotent; resolves when it is gone. */
  stop(): Promise<void>;
}

const tailLines = 12;
const probeEveryMs = 50;

/**
 * Starts a child in a process group of its own and waits until it is ready. It ends when this process dies, however it
 * dies.
 *
 * @throws Error that says what happened, with the child's last lines, when it ends or is not ready in time; it is gone then.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  options.signal?.throwIfAborted();
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  const spawned = spawn(...endsWithUs(options.command, options.args), {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  // A log that can't be written is no reason to end what runs.
  log.on('error', (error) => lines.push(`(${options.logFile}: ${error.message})`));
  const listeners = new Set<(text: string) => void>();
  for (const stream of [spawned.stdout, spawned.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      if (!log.writableEnded) log.write(`${text}\n`);
      lines.push(text);
      if (lines.length > tailLines) lines.shift();
      for (const listener of listeners) listener(text);
    });
  }
  const exited = exitOf(spawned, log);
  const child: Child = {
    name: options.name,
    pid: spawned.pid ?? 0,
    exited,
    tail: () => lines.join('\n'),
    stop: stopper(spawned, exited, options.stopTimeoutMs),
  };
  try {
    await readiness(options, child, listeners);
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Says how the process ended. `close` comes after its output is read to the end, but not while a grandchild holds the pipe. */
async function exitOf(spawned: ChildProcess, log: WriteStream): Promise<string> {
  try {
    if (spawned.pid === undefined) {
      const [error] = await once(spawned, 'error');
      return `could not be started: ${error instanceof Error ? error.message : 'unknown'}`;
    }
    await once(spawned, 'exit');
    await Promise.race([once(spawned, 'close'), delay(200, undefined, { ref: false })]);
    return spawned.signalCode === null ? `exit code ${spawned.exitCode}` : `signal ${spawned.signalCode}`;
  } finally {
    log.end();
  }
}

function stopper(spawned: ChildProcess, exited: Promise<string>, stopTimeoutMs: number): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const { pid } = spawned;
    if (pid === undefined) return;
    if (spawned.exitCode === null && spawned.signalCode === null) spawned.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(pid), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
    killGroup(pid);
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

/** SIGKILL to what is left of the group. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing is left.
  }
}

/** Settles when the child is ready; throws when it has ended, the time is over, or the signal says so. */
async function readiness(options: ChildOptions, child: Child, listeners: Set<(text: string) => void>): Promise<void> {
  const { name, ready, readyTimeoutMs, signal } = options;
  const done = new AbortController();
  const explain = (what: string): Error =>
    new Error([`${name} ${what}`, `log: ${options.logFile}`, child.tail()].join('\n').trim());
  const aborts = AbortSignal.any([done.signal, ...(signal === undefined ? [] : [signal])]);
  const isReady = 'line' in ready ? lineSeen(ready.line, listeners, aborts) : probed(ready.probe, aborts);
  try {
    await Promise.race([
      isReady,
      child.exited.then((how) => {
        throw explain(`ended before it was ready: ${how}`);
      }),
      delay(readyTimeoutMs, undefined, { signal: aborts }).then(() => {
        throw explain(`was not ready within ${readyTimeoutMs} ms`);
      }),
    ]);
    // A probe may have been answered by somebody else, who holds the port, while the child ends for just that.
    if ('probe' in ready) await stillThere(child, explain);
  } finally {
    done.abort();
    listeners.clear();
    await isReady.catch(() => undefined);
  }
}

async function stillThere(child: Child, explain: (what: string) => Error): Promise<void> {
  const how = await Promise.race([child.exited, delay(20)]);
  if (how !== undefined) throw explain(`ended before it was ready: ${how}`);
}

function lineSeen(
  matches: (text: string) => boolean,
  listeners: Set<(text: string) => void>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    listeners.add((text) => {
      if (matches(text)) resolve();
    });
  });
}

async function probed(probe: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await probe())) await delay(probeEveryMs, undefined, { signal });
}
