import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runSetup } from '#infra/setup/setup.ts';
import { runCli, UsageError, writeJsonFile } from './cli.ts';
import { config } from './config.ts';

const folder = resolve(config.root, 'tests/bench');

/** What every bench exports by default: it prints its table itself and returns the object for the file. */
type Bench = (options: { arguments: readonly string[] }) => Promise<unknown>;

await runCli(async () => {
  const names = await benchNames();
  const help = `
Measures, prints a table, and writes the figures as one JSON object.

  npm run bench NAME -- [--json FILE] [ARGUMENT...]

${names.map((name) => `  ${name}`).join('\n')}
`;
  const { file, arguments: given } = takeJsonFile(process.argv.slice(2));
  const [name, ...rest] = given;
  if (name === '--help' || name === '-h') {
    process.stdout.write(`${help.trim()}\n`);
    return 0;
  }
  if (name === undefined || !names.includes(name)) {
    throw new UsageError(
      `${name === undefined ? 'Which bench?' : `There is no bench '${name}'.`} There are: ${names.join(', ')}.`,
    );
  }
  await runSetup({ tests: true });
  const bench = await loadBench(name);
  const result = await bench({ arguments: rest });
  if (file !== undefined) await writeJsonFile(file, result);
  return 0;
});

/** Takes `--json FILE` out of the command line; the rest is the bench's own. */
function takeJsonFile(all: readonly string[]): { file: string | undefined; arguments: string[] } {
  const at = all.indexOf('--json');
  if (at === -1) return { file: undefined, arguments: [...all] };
  const file = all[at + 1];
  if (file === undefined) throw new UsageError('--json needs the name of a file.');
  return { file, arguments: all.toSpliced(at, 2) };
}

async function benchNames(): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted();
}

async function loadBench(name: string): Promise<Bench> {
  const loaded: { default?: unknown } = await import(pathToFileURL(resolve(folder, `${name}.ts`)).href);
  if (!isBench(loaded.default)) throw new Error(`tests/bench/${name}.ts has no function as its default export.`);
  return loaded.default;
}

function isBench(value: unknown): value is Bench {
  return typeof value === 'function';
}
