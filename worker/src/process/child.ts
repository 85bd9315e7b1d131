import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#shared/log.ts';
import { endsWithUs } from './ends-with-us.ts';
import { type ChildExit, describeExit, StartError } from './exit.ts';
import { type Output, readOutput } from './output.ts';
import { descendants, isRunning, signal } from './tree.ts';

/** What `ready` may look at while the child starts. */
export interface Starting {
  pid: number;
  /** What the child writes to its file descriptor 3. */
  pipe: Readable;
  /** Aborted when the child ends or takes too long: whoever waits must stop then. */
  abort: AbortSignal;
}

export interface ChildOptions {
  /** What people call it: messages begin with it. */
  name: string;
  command: string;
  arguments: readonly string[];
  /** The whole environment: nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  workingDirectory?: string;
  /** Settles when the child can be used. Default: as soon as it was spawned. */
  ready?: (starting: Starting) => Promise<void>;
  /** Milliseconds. Default 10 000. */
  readyTimeoutMs?: number;
  /** How long the child has after SIGTERM, in milliseconds, before SIGKILL. Default 2000. */
  stopTimeoutMs?: number;
  /** Whom SIGTERM goes to: the child's process group, or, where the child is a wrapper that would die of it, those below it. */
  stopSignalTo?: 'group' | 'descendants';
  /** The kernel ends it (SIGTERM) when this process ends in whatever way. Default: false. */
  endsWithUs?: boolean;
  /** Where its stdout and stderr go, up to 1 MiB. Default: only the last lines are kept, in memory. */
  logFile?: string;
  /** A connection that it has as its file descriptor 3, where nothing is to be told there of being ready. */
  handedOn?: Socket;
  log: Logger;
  /** Called once when the child has ended, for whatever reason, but not where it failed to start. */
  onExit?: (exit: ChildExit) => void;
}

export interface Child {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Ends it and its process group: SIGTERM, a while, SIGKILL. Resolves when it has gone. Idempotent. */
  stop(): Promise<void>;
  /** The last lines that it wrote to stderr. */
  tail(): string;
}

/** How long the last output of a child that has ended is waited for: a process that it left behind may hold the pipe open. */
const outputGraceMs = 100;

/** How long the processes below a child that was killed are waited for, and how often they are looked at, in milliseconds. */
const goneWithinMs = 500;
const pollMs = 5;

/**
 * Starts a program in a process group of its own and waits until it is ready.
 *
 * @throws StartError where it can't be spawned, exits or takes too long before it is ready; it has gone by then.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, log } = options;
  const startedAt = performance.now();
  const [command, words] = commandLine(options);
  const child = spawn(command, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...thirdOf(options)],
    env: { ...options.environment },
    ...(options.workingDirectory === undefined ? {} : { cwd: options.workingDirectory }),
  });
  // Node.js stops reading what it hands on; that the other end has gone is seen by reading only.
  options.handedOn?.resume();
  const { pid } = child;
  if (pid === undefined) {
    const [error]: unknown[] = await once(child, 'error');
    throw new StartError('spawn', `${name} could not be started: ${describeSpawnError(error, options)}`, error);
  }
  const output = readOutput(child, options.logFile);
  const exited = watchExit(child, output, startedAt);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopGroup(options, pid, exited);
    return stopping;
  };

  try {
    await raceReady(options, pid, child, exited);
  } catch (error) {
    await stop();
    throw error;
  }
  log.debug('child.started', { name, pid, ms: Math.round(performance.now() - startedAt) });
  void exited.then((exit) => {
    log.debug('child.ended', { name, pid, code: exit.code, signal: exit.signal });
    options.onExit?.(exit);
  });
  return { pid, exited, stop, tail: output.tail };
}

/** What the child has as its file descriptor 3. */
const thirdOf = ({ ready, handedOn }: ChildOptions): ('pipe' | Socket)[] => {
  if (ready !== undefined) return ['pipe'];
  return handedOn === undefined ? [] : [handedOn];
};

const commandLine = (options: ChildOptions): [string, readonly string[]] =>
  options.endsWithUs === true ? endsWithUs(options.command, options.arguments) : [options.command, options.arguments];

function watchExit(child: ChildProcess, output: Output, startedAt: number): Promise<ChildExit> {
  return new Promise((resolve) => {
    // Node.js tells of a signal that could not be sent here; an exit follows or has been.
    child.on('error', () => undefined);
    child.once('exit', (code, signalName) => {
      const ranMs = performance.now() - startedAt;
      const grace = new AbortController();
      void Promise.race([output.ended, delay(outputGraceMs, undefined, { signal: grace.signal }).catch(() => undefined)]).then(
        () => {
          grace.abort();
          resolve({ code, signal: signalName, ranMs, lastLine: output.last() });
        },
      );
    });
  });
}

/** Ready, exit and timeout race; the losers are told by the abort signal, and no timer stays. */
async function raceReady(options: ChildOptions, pid: number, child: ChildProcess, exited: Promise<ChildExit>): Promise<void> {
  const { name, ready, readyTimeoutMs = 10_000 } = options;
  if (ready === undefined) return;
  const pipe = child.stdio[3];
  if (!(pipe instanceof Readable)) throw new Error('Node.js gave no pipe.');
  const over = new AbortController();
  const exit = exited.then((how) => {
    throw new StartError('exit', `${name} ${describeExit(how)}`);
  });
  const timeout = delay(readyTimeoutMs, undefined, { signal: over.signal }).then(() => {
    throw new StartError('timeout', `${name} was not ready within ${readyTimeoutMs / 1000} s`);
  });
  try {
    await Promise.race([exit, timeout, ready({ pid, pipe, abort: over.signal })]);
  } finally {
    over.abort();
    for (const loser of [exit, timeout]) loser.catch(() => undefined);
    // Nobody reads it after the start: it must not fill up and block the child.
    pipe.resume();
  }
}

/** SIGTERM, a while, SIGKILL. The leader may go and leave others of its group behind: hence the SIGKILL in any case. */
async function stopGroup(options: ChildOptions, pid: number, exited: Promise<ChildExit>): Promise<void> {
  const { stopTimeoutMs = 2000, stopSignalTo = 'group' } = options;
  const below = descendants(pid);
  for (const target of stopSignalTo === 'descendants' && below.length > 0 ? below : [-pid]) signal(target, 'SIGTERM');
  const timer = new AbortController();
  await Promise.race([exited, delay(stopTimeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  signal(-pid, 'SIGKILL');
  await exited;
  // Killed is not yet gone: those below are not our children, so that nobody tells us.
  for (let waited = 0; waited < goneWithinMs && below.some(isRunning); waited += pollMs) await delay(pollMs);
}

/** ENOENT is told of the command and of the working directory alike. */
function describeSpawnError(error: unknown, { command, workingDirectory }: ChildOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' && workingDirectory !== undefined && !existsSync(workingDirectory)) {
    return `the working directory '${workingDirectory}' does not exist`;
  }
  if (code === 'ENOENT') return `the command '${command}' was not found`;
  if (code === 'EACCES') return `the command '${command}' may not be run`;
  return error instanceof Error ? error.message : String(error);
}
