import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '#infra/stack/ports.ts';
import { longestFreezeMs } from '#tests/support/freezes.ts';
import { startImpairedLink } from '#tests/support/impaired/link.ts';
import { goOverLink } from '#tests/support/impaired/page.ts';
import { play, sessionId } from './client.ts';
import { metricOn } from './metrics-page.ts';
import { below, commandOf, threadsOf } from './processes.ts';
import { startWorld, type World } from './world.ts';

const size = { width: 640, height: 360 } as const;

/** In grains of four pixels nothing can be foretold, so the encoder takes all that it is given. */
const noise = [
  ...['-q', 'videotestsrc', 'is-live=true', 'pattern=snow', '!'],
  ...[`video/x-raw,width=${size.width / 4},height=${size.height / 4},framerate=30/1`, '!', 'videoscale', '!'],
  ...[`video/x-raw,width=${size.width},height=${size.height}`, '!', 'videoconvert', '!', 'ximagesink', 'sync=false'],
];

let world: World;
let metricsPort: number;
const patient = { timeout: 60_000, interval: 200 };

beforeAll(async () => {
  metricsPort = await freePorts(1, '127.0.0.1');
  const applications = [{ name: 'noise', command: '/usr/bin/gst-launch-1.0', arguments: noise, sound: false }];
  world = await startWorld({ host: { metricsPort, applications } });
});
afterAll(() => world?.close());

/** How many pipelines send video in the capture process: each has a thread for its RTCP. */
async function sendersOf(): Promise<number> {
  const pids = await below(world.stack.pid('host-1'));
  const commands = await Promise.all(pids.map(commandOf));
  const captures = pids.filter((_, index) => commands[index]?.includes('capture/child'));
  const threads = await Promise.all(captures.map(threadsOf));
  return threads.flat().filter((name) => name.startsWith('rtpsession')).length;
}

/** What a page shows and gets in three seconds. */
interface Look {
  width: number;
  /** The longest time that its picture stood still. */
  stoodMs: number;
  kbps: number;
}

async function look(page: Page): Promise<Look> {
  // The figures are since those before.
  await page.evaluate(() => globalThis.session.stats());
  const stoodMs = await longestFreezeMs(page);
  const shown = await page.evaluate(async () => ({
    width: document.querySelector('video')?.videoWidth ?? 0,
    kbps: (await globalThis.session.stats())?.bitrateKbps ?? 0,
  }));
  return { ...shown, stoodMs };
}

/** Waits until a page shows a picture that moves, and that a look finds as it is wanted. */
const showing = async (page: Page, isWanted: (look: Look) => boolean, timeout = patient.timeout): Promise<Look> => {
  let last: Look | undefined;
  const moves = async (): Promise<boolean> => {
    last = await look(page);
    return last.stoodMs < 2000 && isWanted(last);
  };
  await expect
    .poll(moves, { ...patient, timeout, message: 'the picture is as it is wanted' })
    .toBe(true)
    .catch((error: unknown) => {
      throw new Error(`What the page shows in the end: ${JSON.stringify(last)}`, { cause: error });
    });
  if (last === undefined) throw new Error('nobody looked');
  return last;
};

test('[E45] a guest on a bad link gets a low stream for as long as that is, which the owner sees nothing of and which is gone after it', async () => {
  await using link = await startImpairedLink({ target: { ip: '127.0.0.1', port: world.stack.ports.media } });
  const owner = await world.newPage();
  const options = { gateway: world.stack.url, token: world.token, app: 'noise', codecs: ['H264'], idleTimeMin: 5 };
  await play(owner, { ...options, screen: { ...size, fps: 30 } });
  const isWhole = ({ width }: Look): boolean => width === size.width;
  await showing(owner, (seen) => isWhole(seen) && seen.kbps > 800);
  const session = await sessionId(owner);
  const metric =
    (name: string, labels = '') =>
    () =>
      metricOn(`http://127.0.0.1:${metricsPort}/metrics`, `farpane_webrtc_${name}{session="${session}"${labels}}`);

  const { body } = await world.api('POST', `/1.0/sessions/${session}/share`, { type: 'view' });
  const guest = await world.newPage();
  await goOverLink(guest, link.port);
  await guest.evaluate((address) => {
    const video = document.querySelector('video');
    if (video === null) throw new Error('no video');
    globalThis.session = globalThis.farpaneClient.FarpaneSession.watch(address, { video, codecs: ['H264'] });
  }, body.metadata?.url ?? '');
  await showing(guest, isWhole);
  const before = await showing(owner, (seen) => isWhole(seen) && seen.kbps > 800);
  const asBefore = (seen: Look): boolean => isWhole(seen) && seen.kbps > 0.75 * before.kbps;
  expect(await metric('low_streams')()).toBe(0);
  expect(await sendersOf()).toBe(1);

  await link.set({ down: { kbps: 500, queueBytes: 48 * 1024, delayMs: 10 }, up: { delayMs: 10 } });
  const low = await showing(guest, ({ width, kbps }) => width > 0 && width <= size.width / 2 && kbps > 50);
  expect(low.kbps).toBeLessThan(600);
  expect([await metric('low_clients')(), await metric('low_streams')()]).toEqual([1, 1]);
  expect(await metric('low_moves', ',way="down"')()).toBeGreaterThan(0);
  await expect.poll(sendersOf, patient).toBe(2);
  await showing(owner, asBefore);

  await link.set({ down: { kbps: 20_000 } });
  // However long the browser's congestion control takes to find out.
  await showing(guest, isWhole, 150_000);
  await expect.poll(metric('low_streams'), patient).toBe(0);
  expect(await metric('low_moves', ',way="up"')()).toBeGreaterThan(0);

  await link.set({ down: { kbps: 500 } });
  await expect.poll(metric('low_clients'), patient).toBe(1);
  await guest.close();
  await expect.poll(metric('low_streams'), patient).toBe(0);
  await expect.poll(sendersOf, patient).toBe(1);
  await showing(owner, asBefore);
  await world.api('DELETE', `/1.0/sessions/${session}`);
  await owner.close();
}, 400_000);
