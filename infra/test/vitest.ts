import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { config } from '#infra/config.ts';
import { readIfThere } from '#infra/stack/secrets.ts';
import { decodeJson } from '#shared/decode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { type Tally, tally, VitestReport } from './tally.ts';
import { makeTemporary } from './temporary.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs vitest, its output to the terminal and its files in memory where there is room: Durable Objects write much and often. */
export async function runVitest(args: readonly string[]): Promise<Tally> {
  await using temporary = await makeTemporary();
  const reportFile = resolve(temporary.path, 'report.json');
  const child = spawn(
    ...endsWithUs(process.execPath, [
      resolve(config.root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
      ...args,
    ]),
    { cwd: config.root, env: { ...process.env, TMPDIR: temporary.path, NODE_ENV: 'test' }, stdio: 'inherit' },
  );
  // Whoever ends this ends the tests, also without a terminal that tells all of them.
  const end = (): void => void child.kill('SIGTERM');
  for (const signal of signals) process.on(signal, end);
  await once(child, 'exit');
  for (const signal of signals) process.off(signal, end);
  return tally(await readReport(reportFile), child.exitCode ?? 1);
}

async function readReport(file: string) {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return decodeJson(VitestReport, text, 'report of vitest');
  } catch {
    return undefined;
  }
}
