import { resolve } from 'node:path';
import { config } from '#infra/config.ts';
import { capture } from '#infra/setup/command.ts';

interface Check {
  readonly name: string;
  /** A program of node_modules/.bin, and its arguments. */
  readonly command: readonly [string, ...string[]];
}

const areas = ['shared', 'edge', 'edge/web', 'worker', 'infra', 'tests', 'tests/edge'];

const checks: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  ...areas.map((area): Check => ({ name: `types of ${area}`, command: ['tsc', '-p', area] })),
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

/** Runs all checks, two at a time, and prints a line each; of those that fail, what they say too. */
export async function runChecks(): Promise<{ passed: number; failed: number }> {
  const waiting = [...checks];
  let failed = 0;
  const take = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await runCheck(next))) failed += 1;
    }
  };
  await Promise.all([take(), take()]);
  return { passed: checks.length - failed, failed };
}

async function runCheck({ name, command: [program, ...args] }: Check): Promise<boolean> {
  const began = performance.now();
  const { code, output, errors } = await capture(resolve(config.root, 'node_modules/.bin', program), args, {
    cwd: config.root,
    timeoutMs: 300_000,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`  ${name.padEnd(22)} ${code === 0 ? 'ok' : 'failed'} ${seconds} s\n`);
  if (code !== 0) process.stdout.write(`${output}${errors}\n`);
  return code === 0;
}
