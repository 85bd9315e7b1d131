import { expect, onTestFinished, test } from 'vitest';
import { openStreamedScreen } from './bandwidth/harness.ts';

const soon = { timeout: 30_000, interval: 50 };

test('[SE20] a client that is connected before the encoder has put out anything gets all that follows, without asking', async () => {
  const { promise: startsAfter, resolve: start } = Promise.withResolvers<void>();
  const screen = await openStreamedScreen({ limits: { minKbps: 150, maxKbps: 4000 }, startKbps: 2500, startsAfter });
  onTestFinished(() => screen[Symbol.asyncDispose]());
  await using viewer = await screen.join('controller');
  const { client } = viewer;
  const state = (): Promise<string> => client.page.evaluate(() => globalThis.client.connection.connectionState);
  await expect.poll(state, soon).toBe('connected');
  start();
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(20);
  const asked = await client.page.evaluate(async () => {
    const reports = [...(await globalThis.client.connection.getStats()).values()];
    return reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')?.pliCount;
  });
  expect(asked).toBe(0);
});
