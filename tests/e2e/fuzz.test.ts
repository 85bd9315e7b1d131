import { expect, test } from 'vitest';
import { fuzz } from '#tests/fuzz/run.ts';
import { openFuzzStack } from '#tests/fuzz/stack.ts';

test('[FZ10] what nobody should send is refused as the document says, by the gateway and by its host, and all still works', async () => {
  await using stack = await openFuzzStack();
  const findings = await fuzz({ ...stack, seed: 20_261_122, seconds: 12 });
  process.stdout.write(`${findings.summary()}\n`);
  expect(findings.failures).toEqual([]);
  // It did ask, in all ways, and was understood at times.
  expect(findings.of('http', 400)).toBeGreaterThan(100);
  expect(findings.of('socket', 'error')).toBeGreaterThan(10);
  expect(findings.of('nats', 'invalid_request')).toBeGreaterThan(10);
  expect(findings.of('control', 'read')).toBeGreaterThan(10);
});
