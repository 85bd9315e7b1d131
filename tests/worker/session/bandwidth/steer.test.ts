import { afterAll, beforeAll, expect, test } from 'vitest';
import { longestFreezeMs } from '#tests/support/freezes.ts';
import type { Client } from '#tests/worker/media/support/browser.ts';
import { openStreamedScreen, type StreamedScreen } from './harness.ts';

const patient = { timeout: 60_000, interval: 100 };
const limits = { minKbps: 150, maxKbps: 4000 };
let screen: StreamedScreen;

/** How often a page has asked for a keyframe. */
const pictureLosses = ({ page }: Client): Promise<number> =>
  page.evaluate(async () => {
    const reports = [...(await globalThis.client.connection.getStats()).values()];
    return reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')?.pliCount;
  });

const width = ({ page }: Client): Promise<number> => page.evaluate(() => document.querySelector('video')?.videoWidth ?? 0);

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
  await using guest = await screen.join('guest', { down: { kbps: 300, queueBytes: 32 * 1024 } }, 'view');
  await expect.poll(async () => (await guest.link.look()).at(-1)?.down.overflowed, patient).toBeGreaterThan(100);
  await expect.poll(screen.kbps, patient).toBeGreaterThan(2000);
  await expect.poll(async () => (await viewer.client.stats()).framesDecoded, patient).toBeGreaterThan(30);
}, 120_000);

test('[BW21] a guest whose link does not carry the stream gets a low one, for as long, and nobody else sees any of it', async () => {
  screen.control('controller');
  await using viewer = await screen.join('controller');
  await expect.poll(screen.kbps, patient).toBeGreaterThan(2000);
  {
    const narrow = { down: { kbps: 700, queueBytes: 64 * 1024, delayMs: 10 }, up: { delayMs: 10 } };
    await using guest = await screen.join('guest', narrow, 'view');
    await expect.poll(() => screen.low.rate('H264')?.picture.fps, patient).toBe(15);
    await expect.poll(() => width(guest.client), patient).toBeLessThanOrEqual(320);
    await expect.poll(() => longestFreezeMs(guest.client.page), patient).toBeLessThan(1000);
    await expect.poll(() => screen.low.rate('H264')?.kbps, patient).toBeLessThan(700);
    // Who is in control has the whole picture as before.
    await expect.poll(() => screen.streams.rate('H264')?.picture, patient).toEqual({ fps: 30, size: null });
    await expect.poll(screen.kbps, patient).toBeGreaterThan(2000);
    await expect.poll(() => width(viewer.client), patient).toBe(640);
    await expect.poll(() => longestFreezeMs(viewer.client.page), patient).toBeLessThan(1000);
    await guest.link.set({ down: { kbps: 20_000 } });
    await expect.poll(() => width(guest.client), { ...patient, timeout: 90_000 }).toBe(640);
    await expect.poll(() => screen.low.running.size, patient).toBe(0);
    await guest.link.set({ down: { kbps: 700 } });
    await expect.poll(() => screen.low.running.size, patient).toBe(1);
  }
  // What nobody gets is not coded.
  await expect.poll(() => screen.low.running.size, patient).toBe(0);
  await expect.poll(() => screen.targetKbps() - screen.kbps(), patient).toBe(0);
}, 240_000);

test('[BW23] after a moment without any network the picture goes on, with a keyframe that nobody had to ask for', async () => {
  screen.control('controller');
  await using viewer = await screen.join('controller');
  const { client, link } = viewer;
  const decoded = async (): Promise<number> => (await client.stats()).framesDecoded;
  await expect.poll(decoded, patient).toBeGreaterThan(60);
  await link.set({ down: { loss: 1 }, up: { loss: 1 } });
  // Far shorter than Chromium waits before it asks.
  await new Promise((resolve) => setTimeout(resolve, 1300));
  const [before, { keyFramesDecoded }, asked] = [await decoded(), await client.stats(), await pictureLosses(client)];
  await link.set({ down: { loss: 0 }, up: { loss: 0 } });
  await expect.poll(decoded, patient).toBeGreaterThan(before + 5);
  await expect.poll(async () => (await client.stats()).keyFramesDecoded, patient).toBeGreaterThan(keyFramesDecoded);
  expect(await pictureLosses(client)).toBe(asked);
}, 120_000);
