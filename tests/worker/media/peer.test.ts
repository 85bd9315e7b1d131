import { setTimeout } from 'node:timers/promises';
import { observer, type types } from 'mediasoup';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Media } from '#worker/media/media.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { type Client, launchBrowser, openClient, withUnknownAudioCodec, withUnknownVideoCodec } from './support/browser.ts';
import { type Lines, recordPeer, startTestMedia } from './support/host.ts';
import { startSender } from './support/sender.ts';

const soon = { timeout: 15_000, interval: 50 };
let media: Media & Lines;
let browser: Browser;
let room: MediaRoom;
let router: types.Router;

beforeAll(async () => {
  observer.on('newworker', (worker) => {
    worker.observer.on('newrouter', (made) => {
      router = made;
    });
  });
  [media, browser] = await Promise.all([startTestMedia(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await media?.close();
});
beforeEach(async () => {
  room = await media.createRoom();
});
afterEach(() => room.close());

const open = async (client: Client) => await client.channelStates();

test('[DC1] control messages go both ways, without a stream and without media', async () => {
  const { peer, states, control } = await recordPeer(room);
  const client = await openClient(browser);
  expect(await client.connect(peer)).toBe('accepted');
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.send(0, '{"type":"input::key","data":{"code":4,"pressed":true}}');
  await expect.poll(() => control, soon).toEqual(['{"type":"input::key","data":{"code":4,"pressed":true}}']);
  peer.sendControl('notice', { text: 'hé' });
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{"text":"hé"}}']);
  expect(states).toEqual(['connected']);
  await client.page.close();
});

test('[DC2] named channels have the even ids after control, and what they carry does not mix', async () => {
  const { peer, control } = await recordPeer(room, { dataChannels: ['one', 'two'] });
  const client = await openClient(browser, ['one', 'two']);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open', 'one 2 open', 'two 4 open']);
  await client.send(1, 'for the application');
  await client.send(0, 'for us');
  await expect.poll(() => control, soon).toEqual(['for us']);
  peer.sendControl('notice', {});
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{}}']);
  await client.page.close();
});

test('[DC3] each channel that the client opens is acknowledged, once', async () => {
  const consumers: types.DataConsumer[] = [];
  router.observer.on('newtransport', (transport) => {
    transport.observer.on('newdataconsumer', (consumer) => consumers.push(consumer));
  });
  const { peer } = await recordPeer(room, { dataChannels: ['one'] });
  const client = await openClient(browser, ['one']);
  await client.connect(peer);
  // Nothing else is ever sent here, so what was sent on a stream is its acknowledgement.
  const sent = async () => {
    const outgoing = consumers.filter(({ type }) => type === 'sctp');
    const stats = await Promise.all(outgoing.map(async (consumer) => (await consumer.getStats())[0]));
    return outgoing.map(({ sctpStreamParameters }, index) => `${sctpStreamParameters?.streamId}: ${stats[index]?.messagesSent}`);
  };
  await expect.poll(sent, soon).toEqual(['0: 1', '1: 0', '2: 1']);
  await client.page.close();
});

test('[DC4] binary, empty and oversized control messages are dropped, logged once each, and harm nothing', async () => {
  const { peer, control } = await recordPeer(room);
  const client = await openClient(browser);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.evaluate(() => {
    for (const channel of globalThis.client.channels) {
      for (const data of [new Uint8Array(3), new Uint8Array(3)]) channel.send(data);
      for (const data of ['', '', 'x'.repeat(65_537), 'x'.repeat(65_537), 'good']) channel.send(data);
    }
  });
  await expect.poll(() => control, soon).toEqual(['good']);
  const reasons = media.lines.filter((line) => line.includes('control-message-dropped')).map((line) => JSON.parse(line).reason);
  expect(reasons.toSorted()).toEqual(['binary', 'empty', 'too long']);
  await client.page.close();
});

test('[DC5] a client that is the DTLS server uses the odd ids', async () => {
  const { peer, control } = await recordPeer(room, { dataChannels: ['one'] });
  const client = await openClient(browser, ['one']);
  const answer = await client.answer(peer.offer().replaceAll('a=setup:actpass', 'a=setup:active'));
  expect(answer).toContain('a=setup:passive');
  expect(await peer.applyAnswer(answer)).toBe('accepted');
  await client.addCandidates(peer.candidates());
  await expect.poll(() => open(client), soon).toEqual(['control 1 open', 'one 3 open']);
  await client.send(0, 'hello');
  await expect.poll(() => control, soon).toEqual(['hello']);
  peer.sendControl('notice', {});
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{}}']);
  await client.page.close();
});

test('[DC6] the data channels open as soon as the client is connected', async () => {
  const { peer } = await recordPeer(room);
  const client = await openClient(browser);
  const opening = client.page.evaluate(async () => {
    const { connection, channels } = globalThis.client;
    const at = async (target: EventTarget, type: string, is: () => boolean): Promise<number> =>
      await new Promise((resolve) => {
        target.addEventListener(type, () => is() && resolve(performance.now()));
      });
    const times = [at(connection, 'connectionstatechange', () => connection.connectionState === 'connected')];
    for (const channel of channels) times.push(at(channel, 'open', () => true));
    const [connected = 0, open = 0] = await Promise.all(times);
    return open - connected;
  });
  const answer = await client.answer(peer.offer());
  // A slow way to the host. What the client sent meanwhile would be lost, and SCTP repeats its INIT only after 1 s (RFC 9260 section 16).
  await setTimeout(300);
  await peer.applyAnswer(answer);
  await client.addCandidates(peer.candidates());
  expect(await opening).toBeLessThan(700);
  await client.page.close();
});

test('[MD5] a peer that is closed is gone for its client at once', async () => {
  const { peer, states } = await recordPeer(room);
  const client = await openClient(browser);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  peer.close();
  peer.close();
  await expect.poll(() => open(client), { timeout: 2000, interval: 50 }).toEqual(['control 0 closed']);
  expect(states).toEqual(['connected']);
  peer.sendControl('notice', {});
  await client.page.close();
});

test('[MD6] a client that closes its connection is reported as closed, once', async () => {
  const { peer, states } = await recordPeer(room);
  const client = await openClient(browser);
  await client.connect(peer);
  await expect.poll(() => states, soon).toEqual(['connected']);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.evaluate(() => globalThis.client.connection.close());
  await expect.poll(() => states, { timeout: 3000, interval: 50 }).toEqual(['connected', 'closed']);
  peer.close();
  await client.page.close();
});

test('[MD15] a client that falls silent is reported as disconnected', async () => {
  const { peer, states } = await recordPeer(room);
  const client = await openClient(browser);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  // A tab that is closed ends without a word.
  await client.page.close();
  await expect.poll(() => states, { timeout: 20_000, interval: 100 }).toEqual(['connected', 'disconnected']);
});

test('[MD7] a client that can take no video of this codec is offered another on the same connection', async () => {
  const h264 = await room.openIngest('H264');
  const vp8 = await room.openIngest('VP8');
  const audio = await room.openIngest('OPUS');
  const sender = startSender(vp8);
  onTestFinished(() => sender.close());
  const { peer, states } = await recordPeer(room, { video: h264, audio });
  const client = await openClient(browser);
  await expect(peer.offerVideo(vp8)).rejects.toMatchObject({ code: 'wrong_state' });
  expect(await client.connect(peer, { offer: withUnknownVideoCodec(peer.offer()) })).toBe('refused-video');
  expect(await client.connect(peer, { offer: await peer.offerVideo(vp8) })).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(5);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  expect(states).toEqual(['connected']);
  await client.page.close();
});

test('[MD7] without sound, a client that can take no video of this codec is told so', async () => {
  const video = await room.openIngest('H264');
  const { peer } = await recordPeer(room, { video });
  const client = await openClient(browser);
  expect(await client.connect(peer, { offer: withUnknownVideoCodec(peer.offer()) })).toBe('refused-video');
  await expect(peer.offerVideo(await room.openIngest('VP8'))).rejects.toMatchObject({
    code: 'bad_sdp',
    message: 'The client does not take this video codec, and without sound no other can be offered.',
  });
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.close();
});

test('[MD7] a client that does not want the video has the rest', async () => {
  const video = await room.openIngest('H264');
  const { peer, states } = await recordPeer(room, { video });
  const client = await openClient(browser);
  expect(await client.connect(peer, { wantVideo: false })).toBe('accepted');
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  expect(states).toEqual(['connected']);
  await client.page.close();
});

test('[MD16] a client that refuses the first of what is offered connects all the same', async () => {
  const video = await room.openIngest('VP8');
  const audio = await room.openIngest('OPUS');
  const sender = startSender(video);
  onTestFinished(() => sender.close());
  const { peer } = await recordPeer(room, { video, audio });
  const client = await openClient(browser);
  expect(await client.connect(peer, { offer: withUnknownAudioCodec(peer.offer()) })).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(5);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.close();
});

test('[MD8] a wrong answer is an error that says why, and the right one is still taken', async () => {
  const { peer } = await recordPeer(room);
  const client = await openClient(browser);
  const answer = await client.answer(peer.offer());
  await expect(peer.applyAnswer('hello')).rejects.toMatchObject({
    code: 'bad_sdp',
    message: 'The answer is not SDP: it does not begin with v=0.',
  });
  await expect(peer.applyAnswer(answer.replace(/a=fingerprint:sha-256 ..:/g, 'a=fingerprint:sha-256 '))).rejects.toMatchObject({
    code: 'bad_sdp',
    message: "The answer's a=fingerprint is not 32 bytes in hexadecimal, with colons between.",
  });
  expect(await peer.applyAnswer(answer)).toBe('accepted');
  await expect(peer.applyAnswer(answer)).rejects.toMatchObject({ code: 'wrong_state' });
  await client.addCandidates(peer.candidates());
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.close();
});
