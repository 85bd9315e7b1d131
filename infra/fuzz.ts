import { fuzz } from '#tests/fuzz/run.ts';
import { openFuzzStack } from '#tests/fuzz/stack.ts';
import { readArgs, readWhole, runCli } from './cli.ts';
import { runSetup } from './setup/setup.ts';

const help = `
Starts a stack and sends to it what nobody should: requests, frames, calls over NATS, control messages.

  npm run fuzz -- [--seconds N] [--seed N]

  --seconds N  how long (default: 60)
  --seed N     the same seed makes the same requests (default: another one each time, which is told)
`;

const bounds = { least: 1, most: 2_000_000_000 };

await runCli(async () => {
  const { values } = readArgs(help, { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } });
  const seconds = readWhole(values.seconds, '--seconds', bounds);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) + 1 : readWhole(values.seed, '--seed', bounds);
  await runSetup({ tests: true });
  await using stack = await openFuzzStack();
  process.stdout.write(`seed ${seed}, ${seconds} s\n`);
  const findings = await fuzz({
    ...stack,
    seed,
    seconds,
    onProgress: ({ total, failures }) => void process.stdout.write(`  ${total} sent, ${failures.length} failures\n`),
  });
  process.stdout.write(`\n${findings.summary()}\n`);
  for (const failure of findings.failures) process.stdout.write(`\n${failure}\n`);
  return findings.failures.length === 0 ? 0 : 1;
});
