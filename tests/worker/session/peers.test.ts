import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { ClientSettings } from '#shared/signal.ts';
import { offer } from '#tests/worker/media/sdp/client-offer.fixture.ts';
import { startTestMedia } from '#tests/worker/media/support/host.ts';
import type { Media } from '#worker/media/media.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { Peers } from '#worker/session/peers.ts';
import { noteStreams } from './note-streams.ts';

let media: Media;
let room: MediaRoom;
/** What the encoders were told to do. */
let told: string[];
let peers: Peers;

beforeAll(async () => {
  media = await startTestMedia();
});
afterAll(() => media?.close());
beforeEach(async () => {
  room = await media.createRoom();
  told = [];
  const streams = noteStreams({ room, told, lingerMs: 100 });
  peers = new Peers({
    room,
    streams,
    codecs: { usual: ['H264', 'VP8'], onRequest: [] },
    hasSound: true,
    takes: { microphone: true, camera: false },
    maxKbps: () => 5000,
    onControl: () => undefined,
    onControlOpen: () => undefined,
    onUpLink: () => undefined,
    onChannelOpen: () => undefined,
    onMessage: () => undefined,
    onState: () => undefined,
  });
  onTestFinished(() => room.close());
});

const settings = ClientSettings.parse({ type: 'settings', api_version: 2 });

test('[SE15] one encode serves all clients, however they came, from the first to the last', async () => {
  await peers.offer('0000000000o0', 'owner', settings);
  await peers.offer('0000000000g0', 'view', settings);
  await peers.answerOffer('0000000000w0', 'view', offer, []);
  expect(told.toSorted()).toEqual(['start H264', 'start OPUS']);
  peers.close('0000000000o0');
  peers.close('0000000000g0');
  expect(told).toHaveLength(2);
  peers.close('0000000000w0');
  await expect.poll(() => told.slice(2).toSorted()).toEqual(['stop H264', 'stop OPUS']);
});

test('[EN9] a client without a preference gets what is encoded already, however it came; another may have its own beside it', async () => {
  const vp8 = ClientSettings.parse({ type: 'settings', api_version: 2, video: { preferred_decoder_codecs: ['VP8'] } });
  await peers.offer('0000000000o0', 'owner', vp8);
  await peers.offer('0000000000g0', 'view', settings);
  await peers.answerOffer('0000000000w0', 'view', offer, []);
  expect(told.toSorted()).toEqual(['start OPUS', 'start VP8']);
  const h264 = ClientSettings.parse({ type: 'settings', api_version: 2, video: { preferred_decoder_codecs: ['H264'] } });
  await peers.offer('0000000000g1', 'view', h264);
  expect(told.toSorted()).toEqual(['start H264', 'start OPUS', 'start VP8']);
  peers.close('0000000000g1');
  await expect.poll(() => told.slice(3)).toEqual(['stop H264']);
});

test('[SE15] a client that can’t be served holds no stream', async () => {
  await expect(peers.answerOffer('0000000000w0', 'view', offer.replaceAll(/H264|VP8/g, 'VP9'), [])).rejects.toMatchObject({
    code: 'bad_sdp',
  });
  expect(told).toEqual([]);
  // Its mid is longer than the room for it in a packet, and its answer still names it.
  const long = offer.replaceAll('a=mid:2\r\n', 'a=mid:picture-of-it\r\n').replace('BUNDLE 0 1 2 3', 'BUNDLE 0 1 picture-of-it 3');
  expect(await peers.answerOffer('0000000000w0', 'view', long, [])).toContain('a=mid:picture-of-it\r\n');
  room.close();
  await expect(peers.offer('0000000000g0', 'view', settings)).rejects.toThrow();
});

test('[SE16] a client that offered has nothing to answer, and one that is not there nothing to restart', async () => {
  await peers.answerOffer('0000000000w0', 'view', offer, []);
  await expect(peers.answer('0000000000w0', 'v=0')).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(peers.restartIce('0000000000x0')).rejects.toMatchObject({ code: 'wrong_state' });
  const { ufrag, pwd, candidates } = await peers.restartIce('0000000000w0');
  expect({ ufrag: ufrag.length >= 4, pwd: pwd.length >= 22, mid: candidates[0]?.sdpMid }).toEqual({
    ufrag: true,
    pwd: true,
    mid: '0',
  });
});
