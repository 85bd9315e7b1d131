import { expect, onTestFinished, test } from 'vitest';
import { type Client, openClient, withUnknownAudioCodec, withUnknownVideoCodec } from './support/browser.ts';
import { recordPeer } from './support/host.ts';
import { startSender } from './support/sender.ts';
import { useMedia } from './support/use-media.ts';

const setup = useMedia();
const soon = { timeout: 15_000, interval: 50 };

const open = async (client: Client) => await client.channelStates();

test('[MD5] a peer that is closed is gone for its client at once', async () => {
  const { peer, states } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
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
  const { peer, states } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
  await client.connect(peer);
  await expect.poll(() => states, soon).toEqual(['connected']);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.evaluate(() => globalThis.client.connection.close());
  await expect.poll(() => states, { timeout: 3000, interval: 50 }).toEqual(['connected', 'closed']);
  peer.close();
  await client.page.close();
});

test('[MD15] a client that falls silent is reported as disconnected', async () => {
  const { peer, states } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
  await client.connect(peer);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  // A tab that is closed ends without a word.
  await client.page.close();
  await expect.poll(() => states, { timeout: 20_000, interval: 100 }).toEqual(['connected', 'disconnected']);
});

test('[MD7] a client that can take no video of this codec is offered another on the same connection', async () => {
  const h264 = await setup.room.openIngest('H264');
  const vp8 = await setup.room.openIngest('VP8');
  const audio = await setup.room.openIngest('OPUS');
  const sender = startSender(vp8);
  onTestFinished(() => sender.close());
  const { peer, states } = await recordPeer(setup.room, { video: h264, audio });
  const client = await openClient(setup.browser);
  await expect(peer.offerVideo(vp8)).rejects.toMatchObject({ code: 'wrong_state' });
  expect(await client.connect(peer, { offer: withUnknownVideoCodec(peer.offer()) })).toBe('refused-video');
  expect(await client.connect(peer, { offer: await peer.offerVideo(vp8) })).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(5);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  expect(states).toEqual(['connected']);
  await client.page.close();
});

test('[MD7] without sound, a client that can take no video of this codec is told so', async () => {
  const video = await setup.room.openIngest('H264');
  const { peer } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  expect(await client.connect(peer, { offer: withUnknownVideoCodec(peer.offer()) })).toBe('refused-video');
  await expect(peer.offerVideo(await setup.room.openIngest('VP8'))).rejects.toMatchObject({
    code: 'bad_sdp',
    message: 'The client does not take this video codec, and without sound no other can be offered.',
  });
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.close();
});

test('[MD7] a client that does not want the video has the rest', async () => {
  const video = await setup.room.openIngest('H264');
  const { peer, states } = await recordPeer(setup.room, { video });
  const client = await openClient(setup.browser);
  expect(await client.connect(peer, { wantVideo: false })).toBe('accepted');
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  expect(states).toEqual(['connected']);
  await client.page.close();
});

test('[MD16] a client that refuses the first of what is offered connects all the same', async () => {
  const video = await setup.room.openIngest('VP8');
  const audio = await setup.room.openIngest('OPUS');
  const sender = startSender(video);
  onTestFinished(() => sender.close());
  const { peer } = await recordPeer(setup.room, { video, audio });
  const client = await openClient(setup.browser);
  expect(await client.connect(peer, { offer: withUnknownAudioCodec(peer.offer()) })).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(5);
  await expect.poll(() => open(client), soon).toEqual(['control 0 open']);
  await client.page.close();
});

test('[MD8] a wrong answer is an error that says why, and the right one is still taken', async () => {
  const { peer } = await recordPeer(setup.room);
  const client = await openClient(setup.browser);
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

test('[SN9] the offer to a client with a microphone has sound both ways, or only from the client where it hears nothing', async () => {
  const audio = await setup.room.openIngest('OPUS');
  const { peer: both } = await recordPeer(setup.room, { audio, takes: { microphone: true, camera: false } });
  expect(both.offer()).toMatch(/m=audio [\s\S]*?a=sendrecv/);
  const { peer: speaking } = await recordPeer(setup.room, { takes: { microphone: true, camera: false } });
  expect(speaking.offer()).toMatch(/m=audio [\s\S]*?a=recvonly/);
  const { peer: hearing } = await recordPeer(setup.room, { audio });
  expect(hearing.offer()).toMatch(/m=audio [\s\S]*?a=sendonly/);
});

test('[CA10] the offer to a client with a camera has a line for it before that of the picture, and others’ have none', async () => {
  const [audio, video] = [await setup.room.openIngest('OPUS'), await setup.room.openIngest('H264')];
  const { peer } = await recordPeer(setup.room, { audio, video, takes: { microphone: false, camera: true } });
  const lines = peer
    .offer()
    .split(/^(?=m=)/m)
    .slice(1)
    .map((section) => {
      return [/^m=(\S+)/.exec(section)?.[1], /^a=(sendonly|recvonly|sendrecv)\r$/m.exec(section)?.[1]].join(' ');
    });
  expect(lines).toEqual(['audio sendonly', 'video recvonly', 'video sendonly', 'application ']);
  const { peer: other } = await recordPeer(setup.room, { audio, video });
  expect(other.offer().match(/^m=video/gm)).toHaveLength(1);
});
