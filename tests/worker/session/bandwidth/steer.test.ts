import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStreamedScreen, type StreamedScreen } from './harness.ts';

const patient = { timeout: 60_000, interval: 100 };
const limits = { minKbps: 150, maxKbps: 4000 };
let screen: StreamedScreen;

beforeAll(async () => {
  screen = await openStreamedScreen({ limits, startKbps: 2500 });
});
afterAll(() => screen?.[Symbol.asyncDispose]());

test('[BW10] the bitrate goes down when the link of who is in control narrows, the queue drains, and it climbs again when it widens', async () => {
  screen.control('controller');
  await using viewer = await screen.join('controller', {
    down: { delayMs: 20, kbps: 20_000, queueBytes: 128 * 1024 },
    up: { delayMs: 20 },
  });
  await expect.poll(async () => (await viewer.client.stats()).framesDecoded, patient).toBeGreaterThan(30);
  await viewer.link.set({ down: { kbps: 600 } });
  await expect.poll(screen.kbps, patient).toBeLessThan(600);
  await expect.poll(async () => (await viewer.link.look()).at(-1)?.queueMs, patient).toBeLessThan(100);
  const { framesDecoded } = await viewer.client.stats();
  await expect.poll(async () => (await viewer.client.stats()).framesDecoded, patient).toBeGreaterThan(framesDecoded + 10);
  const lowest = screen.kbps();
  await viewer.link.set({ down: { kbps: 20_000 } });
  await expect.poll(screen.kbps, patient).toBeGreaterThan(Math.max(1200, 2 * lowest));
}, 200_000);

test('[BW11] the bad link of one who watches leaves the bitrate of who is in control alone', async () => {
  screen.control('controller');
  await using viewer = await screen.join('controller');
  await using guest = await screen.join('guest', { down: { kbps: 300, queueBytes: 32 * 1024 } });
  await expect.poll(async () => (await guest.link.look()).at(-1)?.down.overflowed, patient).toBeGreaterThan(100);
  await expect.poll(screen.kbps, patient).toBeGreaterThan(2000);
  expect((await viewer.client.stats()).framesDecoded).toBeGreaterThan(30);
}, 120_000);
