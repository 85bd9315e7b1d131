import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStreamedScreen, type StreamedScreen } from './harness.ts';

import { appendFileSync } from 'node:fs';
const out = (...a: unknown[]) => appendFileSync('/dev/shm/lx/log', a.join(' ') + '\n');
const patient = { timeout: 60_000, interval: 100 };
const limits = { minKbps: 150, maxKbps: 4000 };
let screen: StreamedScreen;

beforeAll(async () => {
  screen = await openStreamedScreen({ limits, startKbps: 2500 });
});
afterAll(() => screen?.[Symbol.asyncDispose]());

test('[BW21] a guest whose link does not carry the stream gets a low one', async () => {
  screen.control('owner');
  await using owner = await screen.join('owner');
  await expect.poll(async () => (await owner.client.stats()).framesDecoded, patient).toBeGreaterThan(30);
  const t0 = performance.now();
  const guest = await screen.join('guest', { down: { kbps: 700, queueBytes: 64 * 1024, delayMs: 10 }, up: { delayMs: 10 } }, 'view');
  for (let i = 0; i < 60; i++) {
    await new Promise((r) => setTimeout(r, 500));
    const o = await owner.client.stats(), g = await guest.client.stats();
    const l = (await guest.link.look()).at(-1);
    const size = await guest.client.page.evaluate(() => { const v = document.querySelector('video'); return `${v?.videoWidth}x${v?.videoHeight}`; });
    const lk = await screen.peers.link('guest');
    out(Math.round(performance.now() - t0), 'owner', o.framesDecoded, 'main', screen.kbps(), 'guest', g.framesDecoded, size, 'low', JSON.stringify(screen.low.rate('H264')), 'q', Math.round(l?.queueMs ?? 0), 'ovf', l?.down.overflowed, 'avail', lk?.availableKbps, 'loss', lk?.loss);
  }
  await guest[Symbol.asyncDispose]();
  await expect.poll(() => screen.low.rate('H264'), patient).toBeNull();
  out(screen.logged.join('\n'));
}, 120_000);
