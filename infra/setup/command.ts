import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { descendants, isRunning, signal as signalProcess } from '#worker/process/tree.ts';

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment; undefined takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>;
  /** After this it is killed. Default: never. */
  timeoutMs?: number;
}

export interface LoggedOptions extends RunOptions {
  /** Interrupts it, as Ctrl-C would. */
  signal?: AbortSignal | undefined;
  /** Only the command itself is interrupted, and has the time that it takes: what it has begun must not break off. */
  finishes?: boolean;
}

/** How long what is interrupted may take before it is killed. */
const interruptMs = 5000;
const pollMs = 20;

/** A command of a step failed. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly command: string;

  constructor(command: string, how: string) {
    super(how);
    this.command = command;
  }
}

const shown = (command: string, args: readonly string[]): string =>
  [command, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

/**
 * Runs a command with its output added to `logFile`, as a child of the terminal's process group: Ctrl-C reaches it as well. It
 * ends when this process is killed, unless it `finishes`.
 *
 * @throws CommandFailed with how it ended; the reason of `signal`, and nothing of it runs by then.
 */
export async function runLogged(
  command: string,
  args: readonly string[],
  logFile: string,
  options: LoggedOptions = {},
): Promise<void> {
  const { signal, finishes = false } = options;
  signal?.throwIfAborted();
  const text = shown(command, args);
  const log = await open(logFile, 'a');
  try {
    await log.write(`$ ${text}\n`);
    const [program, words] = finishes ? [command, args] : endsWithUs(command, args);
    const child = spawn(program, words, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      // sudo may have to ask.
      stdio: ['inherit', log.fd, log.fd],
    });
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), options.timeoutMs);
    const interrupted = Promise.withResolvers<void>();
    const interrupt = (): void => void interruptTree(child, finishes).then(interrupted.resolve);
    signal?.addEventListener('abort', interrupt);
    try {
      await once(child, 'exit');
      if (signal?.aborted === true) await interrupted.promise;
    } catch (cause) {
      throw new CommandFailed(text, cause instanceof Error ? cause.message : 'could not be started');
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
    }
    signal?.throwIfAborted();
    if (child.exitCode !== 0) {
      throw new CommandFailed(text, child.signalCode === null ? `exit code ${child.exitCode}` : `ended by ${child.signalCode}`);
    }
  } finally {
    await log.close();
  }
}

/** Interrupts a command and what it started, by force after a while; resolves when all of it has gone. */
async function interruptTree({ pid = 0 }: ChildProcess, onlyItself: boolean): Promise<void> {
  const all = onlyItself ? [pid] : [pid, ...descendants(pid)];
  for (const each of all) signalProcess(each, 'SIGINT');
  for (let waited = 0; all.some(isRunning); waited += pollMs) {
    if (waited >= interruptMs && !onlyItself) for (const each of all) signalProcess(each, 'SIGKILL');
    await delay(pollMs);
  }
}

/** The last lines of a log. */
export async function logTail(logFile: string, lines = 12): Promise<string[]> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines);
}

/** Runs a short command. @returns its output and exit code; 127 where it could not be started, 124 where it took too long. */
export async function capture(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ code: number; output: string; errors: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(...endsWithUs(command, args), {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      timeout: options.timeoutMs ?? 10_000,
      killSignal: 'SIGKILL',
      maxBuffer: 16 * 1024 * 1024,
    });
    return { code: 0, output: stdout, errors: stderr };
  } catch (error) {
    const { code, killed, stdout, stderr } = failure(error);
    return { code: killed ? 124 : code, output: stdout, errors: stderr };
  }
}

/** What execFile's rejection tells. */
function failure(error: unknown): { code: number; killed: boolean; stdout: string; stderr: string } {
  const fields: Readonly<Record<string, unknown>> = error instanceof Error ? { ...error } : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    code: typeof fields['code'] === 'number' ? fields['code'] : 127,
    killed: fields['killed'] === true,
    stdout: text(fields['stdout']),
    stderr: text(fields['stderr']),
  };
}
