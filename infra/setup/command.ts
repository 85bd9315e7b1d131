import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment; undefined takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>;
  /** After this it is killed. Default: never. */
  timeoutMs?: number;
}

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
 * Runs a command with its output added to `logFile`, as a child of the terminal's process group: Ctrl-C reaches it as well.
 *
 * @throws CommandFailed with how it ended.
 */
export async function runLogged(
  command: string,
  args: readonly string[],
  logFile: string,
  options: RunOptions = {},
): Promise<void> {
  const text = shown(command, args);
  const log = await open(logFile, 'a');
  try {
    await log.write(`$ ${text}\n`);
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      // sudo may have to ask.
      stdio: ['inherit', log.fd, log.fd],
    });
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), options.timeoutMs);
    try {
      await once(child, 'exit');
    } catch (cause) {
      throw new CommandFailed(text, cause instanceof Error ? cause.message : 'could not be started');
    } finally {
      clearTimeout(timer);
    }
    if (child.exitCode !== 0) {
      throw new CommandFailed(text, child.signalCode === null ? `exit code ${child.exitCode}` : `ended by ${child.signalCode}`);
    }
  } finally {
    await log.close();
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
    const { stdout, stderr } = await promisify(execFile)(command, args, {
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
