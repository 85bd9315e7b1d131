import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runSetup } from '#infra/setup/setup.ts';
import { readArgs, runCli, UsageError, writeJsonFile } from './cli.ts';
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
  const { values, positionals } = readArgs(help, { json: { type: 'string' } }, true);
  const [name, ...rest] = positionals;
  if (name === undefined || !names.includes(name)) {
    throw new UsageError(
      `${name === undefined ? 'Which bench?' : `There is no bench '${name}'.`} There are: ${names.join(', ')}.`,
    );
  }
  await runSetup({ tests: true });
  const bench = await loadBench(name);
  const result = await bench({ arguments: rest });
  if (values.json !== undefined) await writeJsonFile(values.json, result);
  return 0;
});

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
