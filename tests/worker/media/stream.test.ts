import { afterEach, expect, test } from 'vitest';
import type { IngestCodec } from '#worker/media/room.ts';
import { openClient } from './support/browser.ts';
import { recordPeer } from './support/host.ts';
import { startRelay } from './support/relay.ts';
import { startSender } from './support/sender.ts';
import { useMedia } from './support/use-media.ts';

const setup = useMedia();
const soon = { timeout: 15_000, interval: 100 };
let cleanUp: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
  cleanUp = [];
});

async function ingestWithSender(codec: IngestCodec) {
  const ingest = await setup.room.openIngest(codec);
  const sender = startSender(ingest);
  cleanUp.push(() => sender.close());
  return ingest;
}

/** H.264 that goes through a relay on its way in. */
async function relayedIngest({ playoutDelayMs = 0, ...options }: { playoutDelayMs?: number; keyframeEvery?: number }) {
  const video = await setup.room.openIngest('H264');
  const relay = await startRelay(video.port, video.playoutDelayExtensionId, playoutDelayMs);
  const sender = startSender(video, { port: relay.port, ...options });
  cleanUp.push(
    () => relay.close(),
    () => sender.close(),
  );
  return { video, relay };
}

test('[MD1] H.264 and Opus are decoded by a browser', async () => {
  const video = await ingestWithSender('H264');
  const audio = await ingestWithSender('OPUS');
  const { peer, states } = await recordPeer(setup.room, { video, audio });
  const client = await openClient(setup.browser);
  expect(await client.connect(peer)).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(20);
  await expect.poll(async () => (await client.stats()).audioEnergy, soon).toBeGreaterThan(0.01);
  expect(states).toEqual(['connected']);
  const streams = await client.page.evaluate(() => globalThis.client.streams);
  expect(streams).toEqual({ audio: 'stream-audio', video: 'stream-video' });
  await client.page.close();
});

test.each(['VP8', 'VP9'] as const)('[MD1] %s is decoded by a browser', async (codec) => {
  const video = await ingestWithSender(codec);
  const { peer } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  expect(await client.connect(peer)).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(20);
  await client.page.close();
});

test('[MD2] the playout delay of the payloader reaches the browser', async () => {
  const { video } = await relayedIngest({ playoutDelayMs: 500 });
  const { peer } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  await client.connect(peer);
  // Without the extension a frame waits some 10 ms.
  await expect.poll(async () => (await client.stats()).jitterBufferMs, soon).toBeGreaterThan(250);
  await client.page.close();
});

test('[MD3] a client that comes asks for a keyframe, and so does a loss that nothing can repair', async () => {
  const { video, relay } = await relayedIngest({ keyframeEvery: 120 });
  let requests = 0;
  video.onKeyframeRequest(() => {
    requests += 1;
  });
  const { peer } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  // Of a stream of which nothing has come yet the media server asks for none.
  await expect.poll(() => relay.heard, soon).toBeGreaterThan(0);
  await client.connect(peer);
  await expect.poll(() => requests, soon).toBeGreaterThan(0);
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(0);
  // The browser has just begun with a keyframe: the next one that comes by itself is seconds away.
  const before = requests;
  relay.drop = true;
  await new Promise((resolve) => setTimeout(resolve, 100));
  relay.drop = false;
  await expect.poll(() => requests, soon).toBeGreaterThan(before);
  await client.page.close();
});

test('[MD23] however much is lost, a keyframe is asked for once a second at most', async () => {
  const { video, relay } = await relayedIngest({ keyframeEvery: 120 });
  const atMs: number[] = [];
  video.onKeyframeRequest(() => atMs.push(performance.now()));
  const { peer } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  await client.connect(peer);
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(0);
  // Every other tenth of a second is lost.
  const losing = setInterval(() => {
    relay.drop = !relay.drop;
  }, 100);
  await expect.poll(() => atMs.length, soon).toBeGreaterThan(4);
  clearInterval(losing);
  const apartMs = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
  // What is measured here has waited for this process.
  for (const ms of apartMs) expect(ms).toBeGreaterThan(800);
  await client.page.close();
});

test('[MD4] one stream serves two clients, and one of them that goes does not stop the other', async () => {
  const video = await ingestWithSender('H264');
  const one = await recordPeer(setup.room, { video, id: 'one' });
  const other = await recordPeer(setup.room, { video, id: 'other' });
  const clients = [await openClient(setup.browser), await openClient(setup.browser)] as const;
  await clients[0].connect(one.peer);
  await clients[1].connect(other.peer);
  for (const client of clients) await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(5);
  one.peer.close();
  const { framesDecoded } = await clients[1].stats();
  await expect.poll(async () => (await clients[1].stats()).framesDecoded, soon).toBeGreaterThan(framesDecoded + 10);
  for (const client of clients) await client.page.close();
});

test('[MD14] a payloader that is replaced goes on in the same ingest', async () => {
  const video = await setup.room.openIngest('H264');
  const first = startSender(video);
  const { peer } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  await client.connect(peer);
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(5);
  await first.close();
  const { framesDecoded } = await client.stats();
  await video.renew();
  const second = startSender(video);
  cleanUp.push(() => second.close());
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(framesDecoded + 20);
  await client.page.close();
});
