import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { config } from '#infra/config.ts';
import { readIfThere } from '#infra/stack/secrets.ts';
import { decodeJson } from '#shared/decode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { type Tally, tally, VitestReport } from './tally.ts';

/** What all tests at once may need of /dev/shm; containers often have 64 MiB. */
const roomBytes = 1024 ** 3;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs vitest, its output to the terminal and its files in memory where there is room: Durable Objects write much and often. */
export async function runVitest(args: readonly string[]): Promise<Tally> {
  const temporary = await mkdtemp(resolve((await hasRoom('/dev/shm')) ? '/dev/shm' : tmpdir(), 'farpane-test-'));
  // Tests run applications as another user, who must get to what is below.
  await chmod(temporary, 0o755);
  const reportFile = resolve(temporary, 'report.json');
  try {
    const child = spawn(
      ...endsWithUs(process.execPath, [
        resolve(config.root, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
        ...args,
      ]),
      { cwd: config.root, env: { ...process.env, TMPDIR: temporary, NODE_ENV: 'test' }, stdio: 'inherit' },
    );
    // Whoever ends this ends the tests, also without a terminal that tells all of them.
    const end = (): void => void child.kill('SIGTERM');
    for (const signal of signals) process.on(signal, end);
    await once(child, 'exit');
    for (const signal of signals) process.off(signal, end);
    return tally(await readReport(reportFile), child.exitCode ?? 1);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
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

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= roomBytes;
  } catch {
    return false;
  }
}
