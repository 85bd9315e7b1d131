import { afterEach, expect, test } from 'vitest';
import type { Ingest, IngestCodec } from '#worker/media/room.ts';
import { type Client, openClient } from './support/browser.ts';
import { recordAnswer, recordPeer } from './support/host.ts';
import { startSender } from './support/sender.ts';
import { useMedia } from './support/use-media.ts';

const setup = useMedia();
const soon = { timeout: 15_000, interval: 100 };
const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function sending(codec: IngestCodec): Promise<Ingest> {
  const ingest = await setup.room.openIngest(codec);
  const sender = startSender(ingest);
  cleanUp.push(() => sender.close());
  return ingest;
}

async function page(names: string[] = [], options: { channels?: boolean } = {}): Promise<Client> {
  const client = await openClient(setup.browser, names, options);
  cleanUp.push(() => client.page.close());
  return client;
}

const plays = (client: Client, more = 10) =>
  expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(more);

test('[MD17] a page that offers to receive, without data channels, plays picture and sound', async () => {
  const [video, audio] = [await sending('H264'), await sending('OPUS')];
  const client = await page([], { channels: false });
  const { peer, states } = await recordAnswer(setup.room, await client.offer({ audio: true, video: true }), {
    video: [video],
    audio,
  });
  await client.takeAnswer(peer.answer);
  await plays(client);
  await expect.poll(async () => (await client.stats()).audioEnergy, soon).toBeGreaterThan(0.01);
  expect(states).toEqual(['connected']);
  expect(await client.directions()).toEqual(['recvonly', 'recvonly']);
  expect(peer.answer).toMatch(/^a=ice-lite\r$/m);
  expect(peer.answer).toMatch(/^a=candidate:.* typ host/m);
});

test('[MD17] a client is served the codec that it prefers, in the format that it named', async () => {
  const [h264, vp8] = [await sending('H264'), await sending('VP8')];
  const client = await page([], { channels: false });
  const offer = await client.offer({ video: true });
  const { peer } = await recordAnswer(setup.room, offer, { video: [h264, vp8] });
  await client.takeAnswer(peer.answer);
  await plays(client);
  const named = /a=rtpmap:(\d+) VP8\/90000/.exec(offer)?.[1];
  expect(peer.answer).toContain(`a=rtpmap:${named} VP8/90000`);
  expect(peer.answer).not.toContain('H264');
});

test('[MD18] a client of an old protocol offers its channels, a camera and no microphone, and controls', async () => {
  const video = await sending('VP8');
  const client = await page(['one']);
  const offer = await client.offer({ audio: true, camera: true, video: true });
  const { peer, control } = await recordAnswer(setup.room, offer, { video: [video], dataChannels: ['one'] });
  await client.takeAnswer(peer.answer);
  await plays(client);
  // Audio that the application does not have, the camera, the picture.
  expect(await client.directions()).toEqual(['inactive', 'inactive', 'recvonly']);
  await expect.poll(() => client.channelStates(), soon).toEqual(['control 0 open', 'one 2 open']);
  await client.send(0, '{"type":"input::key","data":{"code":4,"pressed":true}}');
  await expect.poll(() => control, soon).toEqual(['{"type":"input::key","data":{"code":4,"pressed":true}}']);
  peer.sendControl('notice', {});
  await expect.poll(() => client.messages(), soon).toEqual(['control {"type":"notice","data":{}}']);
});

test('[MD18] a client that waits for the DTLS handshake uses the odd ids', async () => {
  const client = await page();
  const offer = (await client.offer()).replaceAll('a=setup:actpass', 'a=setup:passive');
  const { peer, control } = await recordAnswer(setup.room, offer);
  expect(peer.answer).toContain('a=setup:active');
  await client.takeAnswer(peer.answer);
  await expect.poll(() => client.channelStates(), soon).toEqual(['control 1 open']);
  await client.send(0, 'hello');
  await expect.poll(() => control, soon).toEqual(['hello']);
});

test('[MD19] one stream serves clients that offered and clients that were offered to, whoever goes', async () => {
  const video = await sending('H264');
  const clients = [await page([], { channels: false }), await page([], { channels: false }), await page()] as const;
  const one = await recordAnswer(setup.room, await clients[0].offer({ video: true }), { video: [video] });
  await clients[0].takeAnswer(one.peer.answer);
  const other = await recordAnswer(setup.room, await clients[1].offer({ video: true }), { video: [video] });
  await clients[1].takeAnswer(other.peer.answer);
  const { peer } = await recordPeer(setup.room, { video });
  await clients[2].connect(peer);
  for (const client of clients) await plays(client);
  one.peer.close();
  peer.close();
  const { framesDecoded } = await clients[1].stats();
  await plays(clients[1], framesDecoded + 20);
  other.peer.close();
  const late = await page([], { channels: false });
  const again = await recordAnswer(setup.room, await late.offer({ video: true }), { video: [video] });
  await late.takeAnswer(again.peer.answer);
  await plays(late);
});

test('[MD20] a client that restarts ICE goes on with its new credentials', async () => {
  const video = await sending('VP8');
  const client = await page();
  const { peer, states } = await recordAnswer(setup.room, await client.offer({ video: true }), { video: [video] });
  await client.takeAnswer(peer.answer);
  await plays(client);
  const { ufrag, pwd, candidates } = await peer.restartIce();
  expect(candidates.length).toBeGreaterThan(0);
  expect(peer.answer).not.toContain(`a=ice-ufrag:${ufrag}`);
  const answer = peer.answer
    .replaceAll(/a=ice-ufrag:.*/g, `a=ice-ufrag:${ufrag}`)
    .replaceAll(/a=ice-pwd:.*/g, `a=ice-pwd:${pwd}`);
  const ids = await client.page.evaluate(async (sdp) => {
    const { connection } = globalThis.client;
    const before = connection.localDescription?.sdp.match(/a=ice-ufrag:.*/)?.[0];
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
    const after = connection.localDescription?.sdp.match(/a=ice-ufrag:.*/)?.[0];
    await connection.setRemoteDescription({ type: 'answer', sdp });
    return [before, after];
  }, answer);
  expect(ids[0]).not.toBe(ids[1]);
  const { framesDecoded } = await client.stats();
  await plays(client, framesDecoded + 20);
  const remote = () =>
    client.page.evaluate(async () => {
      const reports = [...(await globalThis.client.connection.getStats()).values()];
      const transport = reports.find(({ type }) => type === 'transport');
      const pair = reports.find(({ id }) => id === transport?.selectedCandidatePairId);
      return reports.find(({ id }) => id === pair?.remoteCandidateId)?.usernameFragment;
    });
  await expect.poll(remote, { ...soon, timeout: 40_000 }).toBe(ufrag);
  expect(states).not.toContain('closed');
});
