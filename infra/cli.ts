import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { AppError } from '#shared/errors.ts';
import { describeSystemFailure } from '#shared/system-failure.ts';
import { whole } from '#shared/whole.ts';

/** A failure that its message explains: the command line shows that and no stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The command line itself is wrong. Exit code 64, as in BSD's sysexits. */
export class UsageError extends CliError {
  constructor(message: string) {
    super(`${message}\nTry --help.`, { exitCode: 64 });
  }
}

/**
 * Reads the command line; `--help` prints `help` and ends the process.
 *
 * @param args Default: those of the process.
 * @throws UsageError that names the argument that is wrong.
 */
export function readArgs<const T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  { allowPositionals = false, args = process.argv.slice(2) }: { allowPositionals?: boolean; args?: string[] } = {},
) {
  const all = { ...options, help: { type: 'boolean', short: 'h' } } as const;
  const parsed = tryParse(() => parseArgs({ options: all, allowPositionals, args }));
  if ('help' in parsed.values && parsed.values.help === true) printHelp(help);
  return parsed;
}

/** Prints what a command says of itself, and ends the process. */
export function printHelp(help: string): never {
  process.stdout.write(`${help.trim()}\n`);
  process.exit(0);
}

function tryParse<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A whole number of the command line: digits and nothing else. @throws UsageError where it is none from `least` to `most`. */
export function readWhole(text: string, option: string, { least, most }: { least: number; most: number }): number {
  const number = whole(z.int().min(least).max(most)).safeParse(text);
  if (!number.success) throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not '${text}'.`);
  return number.data;
}

/** Runs a command's `main`: sets the exit code that it returns; a failure goes to stderr, explained ones without a stack. */
export async function runCli(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${wordsOf(error)}\n`);
    process.exitCode = error instanceof CliError ? error.exitCode : 1;
  }
}

/** What is explained, and what the system says, goes without a stack: all else is a mistake of ours, which its stack finds. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CliError || error instanceof AppError) return error.message;
  const failure = describeSystemFailure(error);
  return failure === undefined ? (error.stack ?? error.message) : `${failure}.`;
}

/** Writes a value as a JSON file; its folder is made. A relative name is one below the folder that npm was called in. */
export async function writeJsonFile(name: string, value: unknown): Promise<void> {
  const file = resolve(process.env['INIT_CWD'] ?? process.cwd(), name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
