import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { runSetup } from '#infra/setup/setup.ts';
import { type BenchSettings, readSettings } from './bench/settings.ts';
import { printHelp, runCli, UsageError, writeJsonFile } from './cli.ts';
import { config } from './config.ts';

const folder = resolve(config.root, 'tests/bench');

/** What a module of that folder exports. */
const Bench = z.object({
  /** What it measures, in a sentence. */
  about: z.string(),
  defaults: z.record(z.string(), z.union([z.number(), z.boolean()])),
  /** Prints its table itself and returns the object for the file. */
  default: z.custom<(settings: BenchSettings) => Promise<unknown>>((value) => typeof value === 'function'),
});

await runCli(async () => {
  const { file, rest } = takeJsonFile(process.argv.slice(2));
  const [name, ...args] = rest;
  const names = await benchNames();
  if (name === '--help' || name === '-h') printHelp(await helpOf(names));
  if (name === undefined || !names.includes(name)) {
    throw new UsageError(
      `${name === undefined ? 'Which bench?' : `There is no bench '${name}'.`} There are: ${names.join(', ')}.`,
    );
  }
  const bench = await loadBench(name);
  const settings = readSettings(name, bench.about, bench.defaults, args);
  await runSetup({ tests: true });
  const result = await bench.default(settings);
  if (file !== undefined) await writeJsonFile(file, result);
  return 0;
});

async function helpOf(names: readonly string[]): Promise<string> {
  const widest = Math.max(...names.map(({ length }) => length));
  const lines = names.map(async (name) => `  ${name.padEnd(widest)}  ${(await loadBench(name)).about}`);
  return `
Measures, prints a table, and writes the figures as one JSON object.

  npm run bench NAME -- [--json FILE] [OPTION...]     (NAME -- --help: its options)

${(await Promise.all(lines)).join('\n')}
`;
}

/** Takes `--json FILE` out of the command line; the rest is the bench's own. */
function takeJsonFile(all: readonly string[]): { file: string | undefined; rest: string[] } {
  const at = all.indexOf('--json');
  if (at === -1) return { file: undefined, rest: [...all] };
  const file = all[at + 1];
  if (file === undefined) throw new UsageError('--json needs the name of a file.');
  return { file, rest: all.toSpliced(at, 2) };
}

async function benchNames(): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted();
}

async function loadBench(name: string): Promise<z.output<typeof Bench>> {
  return Bench.parse(await import(pathToFileURL(resolve(folder, `${name}.ts`)).href));
}
