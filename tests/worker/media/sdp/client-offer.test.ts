import { assert, constantFrom, integer, property, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { CarriedVideoCodec } from '#worker/media/codecs.ts';
import { chooseStreams } from '#worker/media/sdp/choose.ts';
import { readOffer } from '#worker/media/sdp/client-offer.ts';
import { offer } from './client-offer.fixture.ts';
import { hash } from './fixture.ts';

const choose = (sdp: string, video: CarriedVideoCodec[] = ['H264', 'VP8'], audio = true) =>
  chooseStreams(readOffer(sdp), { video: [video], audio });
const first = (from: string | RegExp, to: string) => offer.replace(from, to);
const all = (from: string, to: string) => offer.replaceAll(from, to);

test('[SDP9] a client’s offer is read: what its m-lines are, which way they go, and its formats', () => {
  const { lines, dtlsRole, fingerprint } = readOffer(offer);
  expect({ dtlsRole, fingerprint }).toEqual({ dtlsRole: 'client', fingerprint: { algorithm: 'sha-256', value: hash } });
  expect(lines).toMatchObject([
    { use: 'audio', mid: '0', receives: true },
    { use: 'video', mid: '1', receives: false },
    { use: 'video', mid: '2', receives: true },
    { use: 'data', mid: '3' },
  ]);
  const codecs = lines[2]?.use === 'video' ? lines[2].codecs : [];
  expect(codecs.map(({ name, payloadType }) => `${name} ${payloadType}`)).toEqual([
    'H264 102',
    'RTX 103',
    'H264 108',
    'VP8 96',
    'H264 97',
  ]);
  expect(codecs[2]?.feedback).toEqual([{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'nack', parameter: 'pli' }]);
});

test('[SDP9] what is closed, unknown or one too many is passed over', () => {
  const more = `${offer.replace('m=audio 9', 'm=audio 0')}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nm=text 9 RTP/AVP 98\r\n`;
  expect(readOffer(more).lines.map(({ use }) => use)).toEqual(['none', 'video', 'video', 'data', 'none', 'none']);
  expect(readOffer(first('m=video 9', 'm=video 0').replace('a=mid:1', 'a=mid:1\r\na=bundle-only')).lines[1]?.use).toBe('video');
});

test('[SDP9] a single m-line needs no bundle, and the client may wait for the handshake', () => {
  const one = offer.slice(0, offer.indexOf('m=video')).replace(/a=group.*\r\n/, '');
  expect(readOffer(one.replace('actpass', 'passive'))).toMatchObject({ dtlsRole: 'server', lines: [{ use: 'audio' }] });
});

test.each([
  ['is not SDP', 'hello', 'The offer is not SDP: it does not begin with v=0.'],
  ['is too long', `${offer}${'a=x\r\n'.repeat(20_000)}`, 'The offer is longer than 65536 characters.'],
  ['has no m-line', offer.slice(0, offer.indexOf('m=')), 'The offer has no m-line that this server knows.'],
  [
    'is ICE-lite',
    first('t=0 0', 't=0 0\r\na=ice-lite'),
    'The offer is of an ICE-lite client; this server is ICE-lite, so nobody would connect.',
  ],
  [
    'lacks a mid',
    first('a=mid:2\r\n', ''),
    "The offer's m-line 2 has the mid missing; it must be a token of at most 64 characters.",
  ],
  [
    'has a bad mid',
    first('a=mid:2', 'a=mid:a"b'),
    "The offer's m-line 2 has the mid 'a\"b'; it must be a token of at most 64 characters.",
  ],
  ['repeats a mid', first('a=mid:2', 'a=mid:1'), "The offer has the mid '1' twice."],
  ['leaves the bundle', first('BUNDLE 0 1 2 3', 'BUNDLE 0 1 3'), "The offer's BUNDLE group lacks the mid '2'."],
  ['has no bundle', first(/a=group.*\r\n/, ''), "The offer's BUNDLE group lacks the mid '0'."],
  ['splits RTCP', first('a=rtcp-mux\r\n', ''), "The offer's m=audio lacks a=rtcp-mux."],
  ['lacks ICE', all('a=ice-ufrag:aB3+\r\n', ''), 'The offer lacks a=ice-ufrag.'],
  ['lacks a fingerprint', all('a=fingerprint', 'a=finger'), 'The offer lacks a=fingerprint.'],
  [
    'has no role',
    all('setup:actpass', 'setup:holdconn'),
    "The offer's a=setup is 'holdconn'; it must be actpass, active or passive.",
  ],
  ['has another SCTP port', first('sctp-port:5000', 'sctp-port:6000'), "The offer's a=sctp-port is 6000; it must be 5000."],
])('[SDP10] an offer that %s is refused with the reason', (_, sdp, message) => {
  expect(() => readOffer(sdp)).toThrow(expect.objectContaining({ code: 'bad_sdp', message }));
});

test('[SDP11] the client gets the first codec in its order that the host has, in the best of its formats', () => {
  expect(choose(offer).video).toMatchObject({ mid: '2', codec: 'H264', payloadType: 108 });
  expect(choose(offer, ['VP8', 'H264']).video).toMatchObject({ codec: 'H264' });
  expect(choose(offer, ['VP8']).video).toMatchObject({ codec: 'VP8', payloadType: 96 });
  expect(choose(first('102 103 108 96', '96 102 103 108')).video).toMatchObject({ codec: 'VP8', payloadType: 96 });
  expect(choose(first('102 103 108 96', '102 103 96')).video).toMatchObject({
    payloadType: 102,
    parameters: { 'profile-level-id': '4d001f' },
  });
  expect(choose(offer).audio).toMatchObject({ mid: '0', codec: 'OPUS', payloadType: 111 });
});

test('[SDP11] what is encoded already goes before the client’s order, and what costs much after it', () => {
  const choice = (video: CarriedVideoCodec[][]) => chooseStreams(readOffer(offer), { video, audio: false }).video?.codec;
  expect(choice([['VP8'], ['H264', 'VP8']])).toBe('VP8');
  expect(choice([['VP9'], ['VP8'], ['H264']])).toBe('VP8');
  expect(choice([[], [], ['H264']])).toBe('H264');
});

test('[SDP11] of VP9 and AV1 profile 0 is sent', () => {
  const vp9 = all('VP8/90000', 'VP9/90000');
  const fmtp = 'a=rtcp-fb:* nack pli\r\n';
  expect(choose(vp9, ['VP9']).video).toMatchObject({ codec: 'VP9', payloadType: 96, parameters: { 'profile-id': 0 } });
  expect(choose(vp9.replace(fmtp, 'a=fmtp:96 profile-id=0\r\n'), ['VP9']).video).toMatchObject({ payloadType: 96 });
  expect(choose(vp9.replace(fmtp, 'a=fmtp:96 profile-id=2\r\n'), ['H264', 'VP9']).video).toMatchObject({ codec: 'H264' });
  expect(choose(all('VP8/90000', 'AV1/90000'), ['AV1']).video).toMatchObject({ codec: 'AV1', payloadType: 96, parameters: {} });
});

test('[SDP11] what the host or the client does not have is not sent', () => {
  expect(choose(offer, ['H264'], false).audio).toBeNull();
  expect(choose(first('opus/48000/2', 'unheard-of/48000/2')).audio).toBeNull();
  expect(
    choose(first('a=mid:2\r\n', 'a=mid:2\r\na=inactive\r\n').replace(/(a=inactive[\s\S]*?)a=recvonly\r\n/, '$1')).video,
  ).toBeNull();
});

test('[SDP11] a client that wants video and takes no codec of the host is refused', () => {
  const message = 'The client takes none of the video codecs of this host: VP8.';
  expect(() => choose(offer.replaceAll('VP8', 'VP9'), ['VP8'])).toThrow(expect.objectContaining({ code: 'bad_sdp', message }));
  expect(() => choose(first('111 0', '108 0').replace('rtpmap:111', 'rtpmap:108'))).toThrow(
    expect.objectContaining({ message: 'The offer has the payload type 108 for sound and for video.' }),
  );
});

/** What a reading comes to: nothing but an offer or `bad_sdp` is right. */
function outcomeOf(sdp: string): string {
  try {
    choose(sdp);
    return 'read';
  } catch (error) {
    return error instanceof AppError ? error.code : `thrown: ${error}`;
  }
}

test('[SDP7] a good offer with any part replaced is read or refused as bad_sdp', async () => {
  const part = tuple(integer({ min: 0, max: offer.length }), integer({ min: 0, max: 40 }));
  const lines = constantFrom(...offer.split('\r\n').map((line) => `${line}\r\n`));
  await assert(
    property(
      part,
      constantFrom('text', 'line').chain((kind) => (kind === 'line' ? lines : string({ maxLength: 20 }))),
      ([at, length], text) => ['read', 'bad_sdp'].includes(outcomeOf(offer.slice(0, at) + text + offer.slice(at + length))),
    ),
    { numRuns: 500 },
  );
});
