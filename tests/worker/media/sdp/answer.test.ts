import { assert, constantFrom, integer, property, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { readAnswer } from '#worker/media/sdp/answer.ts';
import { answer, hash, offered } from './fixture.ts';

const accepted = { setup: 'active', fingerprint: { algorithm: 'sha-256', value: hash } } as const;

test('[SDP4] a good answer is read', () => {
  expect(readAnswer(answer, offered)).toEqual({
    ...accepted,
    accepted: new Set(['opus', 'h264', 'data']),
    sending: new Map(),
    refused: new Set(),
  });
});

test('[SDP4] line ends without a carriage return, and transport parameters of the whole session, are read', () => {
  const lines = answer.split('\r\n');
  const isTransport = (line: string) => /^a=(ice-ufrag|ice-pwd|fingerprint|setup)/.test(line);
  const once = lines.filter(isTransport).slice(0, 4);
  const moved = lines.filter((line) => !isTransport(line)).flatMap((line) => (line === 't=0 0' ? [line, ...once] : [line]));
  expect(readAnswer(moved.join('\n'), offered)).toMatchObject(accepted);
});

test('[SDP4] a client may be the DTLS server', () => {
  expect(readAnswer(answer.replaceAll('setup:active', 'setup:passive'), offered)).toMatchObject({ setup: 'passive' });
});

test.each([
  ['by port 0', answer.replace('m=video 9', 'm=video 0').replace('opus h264 data', 'opus data')],
  ['by port 0 and without a mid', answer.replace('m=video 9', 'm=video 0').replace('a=mid:h264\r\n', '')],
  ['with none of its payload types', answer.replace('SAVPF 100 101', 'SAVPF 0')],
])('[SDP5] video that is refused %s is no error', (_, sdp) => {
  expect(readAnswer(sdp, offered)).toEqual({
    ...accepted,
    accepted: new Set(['opus', 'data']),
    sending: new Map(),
    refused: new Set(['h264']),
  });
});

test('[SDP5] inactive video is neither taken nor refused', () => {
  const sdp = answer.replace('a=mid:h264\r\na=recvonly', 'a=mid:h264\r\na=inactive');
  expect(readAnswer(sdp, offered)).toEqual({
    ...accepted,
    accepted: new Set(['opus', 'data']),
    sending: new Map(),
    refused: new Set(),
  });
});

const first = (from: string | RegExp, to: string) => answer.replace(from, to);
const all = (from: string, to: string) => answer.replaceAll(from, to);

test.each([
  ['is not SDP', 'hello', 'The answer is not SDP: it does not begin with v=0.'],
  ['is empty', '', 'The answer is not SDP: it does not begin with v=0.'],
  ['is too long', `${answer}${'a=x\r\n'.repeat(20_000)}`, 'The answer is longer than 65536 characters.'],
  ['lacks an m-line', first(/m=application[\s\S]*/, ''), 'The answer has 2 m-lines; the offer has 3.'],
  ['has one more', `${answer}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n`, 'The answer has 4 m-lines; the offer has 3.'],
  ['has another kind', first('m=audio', 'm=video'), "The answer's m-line 0 is 'video'; the offer's is 'audio'."],
  ['has another mid', first('a=mid:h264', 'a=mid:1'), "The answer's m-line 1 has the mid '1'; the offer's is 'h264'."],
  ['lacks a mid', first('a=mid:h264\r\n', ''), "The answer's m-line 1 has the mid missing; the offer's is 'h264'."],
  ['is not encrypted', first('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), "The answer's m-line 0 has the unknown protocol 'RTP/AVP'."],
  ['refuses the channels', first('m=application 9', 'm=application 0'), 'The answer refuses the data channels (m=application).'],
  ['has no channels', first('webrtc-datachannel', 'x'), "The answer's m=application is not for 'webrtc-datachannel'."],
  ['leaves the bundle', first('opus h264 data', 'opus data'), "The answer's BUNDLE group lacks the mid 'h264'."],
  ['has no bundle', first(/a=group.*\r\n/, ''), "The answer's BUNDLE group lacks the mid 'opus'."],
  ['sends', first('a=recvonly', 'a=sendrecv'), "The answer's m=audio is sendrecv; it must be recvonly or inactive."],
  ['says no direction', first('a=recvonly\r\n', ''), "The answer's m=audio is sendrecv; it must be recvonly or inactive."],
  ['takes more', first('SAVPF 104', 'SAVPF 104 9'), "The answer's m=audio takes payload type 9, which was not offered."],
  ['renames', first('H264/9', 'VP8/9'), "The answer's m=video maps payload type 100 to 'VP8'; it was offered as 'H264'."],
  [
    'maps nothing',
    first(/a=rtpmap:100.*\r\n/, ''),
    "The answer's m=video maps payload type 100 to missing; it was offered as 'H264'.",
  ],
  ['splits RTCP', first('a=rtcp-mux\r\n', ''), "The answer's m=audio lacks a=rtcp-mux."],
  ['lacks ICE', all('a=ice-ufrag:aB3+\r\n', ''), 'The answer lacks a=ice-ufrag.'],
  ['has a bad ufrag', all('aB3+', 'a"3+'), "The answer's a=ice-ufrag is not valid."],
  ['has a short password', all('0123456789012345678901234', '0123'), "The answer's a=ice-pwd is not valid."],
  ['differs in ICE', first('aB3+', 'aB4+'), "The answer's m-lines differ in a=ice-ufrag; they share one transport."],
  ['lacks a fingerprint', all('a=fingerprint', 'a=finger'), 'The answer lacks a=fingerprint.'],
  [
    'uses MD5',
    all('sha-256', 'md5'),
    "The answer's a=fingerprint uses 'md5'; known are sha-1, sha-224, sha-256, sha-384, sha-512.",
  ],
  ['has a short hash', all(':65:66', ''), "The answer's a=fingerprint is not 32 bytes in hexadecimal, with colons between."],
  ['decides no role', all('setup:active', 'setup:actpass'), "The answer's a=setup is 'actpass'; it must be active or passive."],
])('[SDP6] an answer that %s is refused with the reason', (_, sdp, message) => {
  expect(() => readAnswer(sdp, offered)).toThrow(expect.objectContaining({ code: 'bad_sdp', message }));
});

/** What a reading comes to: nothing but an answer or `bad_sdp` is right. */
function outcomeOf(sdp: string): string {
  try {
    readAnswer(sdp, offered);
    return 'read';
  } catch (error) {
    return error instanceof AppError ? error.code : `thrown: ${error}`;
  }
}

test('[SDP7] whatever text comes, it is read or refused as bad_sdp', async () => {
  const starts = constantFrom('', 'v=0\r\n', answer);
  const words = constantFrom(
    'a=',
    'm=',
    'audio',
    'group:',
    'fingerprint:',
    'setup:',
    '\r\n',
    '\r',
    ' ',
    ':',
    '/',
    '9',
    '-1',
    '1e9',
    'é',
    '\0',
    '😀',
  );
  const texts = string({ unit: words, maxLength: 60 });
  await assert(property(starts, texts, (start, rest) => ['read', 'bad_sdp'].includes(outcomeOf(start + rest))));
});

test('[SDP7] a good answer with any part replaced is read or refused as bad_sdp', async () => {
  const part = tuple(integer({ min: 0, max: answer.length }), integer({ min: 0, max: 40 }));
  const lines = constantFrom(...answer.split('\r\n').map((line) => `${line}\r\n`));
  await assert(
    property(
      part,
      constantFrom('a', 'm', 'line').chain((kind) => (kind === 'line' ? lines : string({ maxLength: 20 }))),
      ([at, length], text) => ['read', 'bad_sdp'].includes(outcomeOf(answer.slice(0, at) + text + answer.slice(at + length))),
    ),
    { numRuns: 500 },
  );
});

test('[SN9] a client answers sound both ways by taking it, only hearing, or only speaking', () => {
  const both = offered.map((section) => (section.kind === 'audio' ? { ...section, direction: 'sendrecv' as const } : section));
  const withDirection = (direction: string) =>
    answer.replace('a=mid:opus\r\na=recvonly', `a=mid:opus\r\na=ssrc:77 cname:x\r\na=${direction}`);
  expect(readAnswer(answer, both).sending).toEqual(new Map());
  for (const direction of ['sendrecv', 'sendonly']) {
    expect(readAnswer(withDirection(direction), both).sending).toEqual(new Map([['opus', { payloadTypes: [104], ssrc: 77 }]]));
  }
  expect(() => readAnswer(withDirection('sendrecv'), offered)).toThrow('it must be recvonly or inactive');
});
