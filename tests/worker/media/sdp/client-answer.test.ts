import { expect, test } from 'vitest';
import { writeAnswer } from '#worker/media/sdp/client-answer.ts';
import { readOffer } from '#worker/media/sdp/client-offer.ts';
import { offer } from './client-offer.fixture.ts';

const write = (sdp: string, mids: string[]) =>
  writeAnswer({
    offer: readOffer(sdp),
    sessionId: '42',
    ice: { usernameFragment: 'ufrag', password: 'password', iceLite: true },
    candidates: [
      { foundation: 'udp', protocol: 'udp', priority: 1, ip: '192.0.2.1', address: '192.0.2.1', port: 4000, type: 'host' },
    ],
    fingerprint: { algorithm: 'sha-256', value: 'AB:CD' },
    streams: mids.map((mid) => ({
      kind: 'video',
      mid,
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
        encodings: [{ ssrc: 7 }],
      },
    })),
    data: { sctpPort: 5000, maxMessageBytes: 262_144 },
  });
const sections = (sdp: string) => sdp.split(/^(?=m=)/m);

test('[SDP12] the answer has an m-line for each of the offer, and sends on those that it has a stream for', () => {
  const [head, ...lines] = sections(write(offer, ['2']));
  expect(head).toContain('a=group:BUNDLE 0 1 2 3\r\n');
  expect(head).toContain('a=ice-lite\r\n');
  expect(lines.map((line) => /^m=\S+ \d+/.exec(line)?.[0])).toEqual(['m=audio 9', 'm=video 9', 'm=video 9', 'm=application 9']);
  expect(lines.map((line) => /a=(sendonly|inactive|recvonly|sendrecv)/.exec(line)?.[1])).toEqual([
    'inactive',
    'inactive',
    'sendonly',
    undefined,
  ]);
  expect(lines[0]).toContain('a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n');
  expect(lines[2]).toContain('a=ssrc:7 cname:farpane\r\n');
  expect(lines[2]).toContain('a=msid:stream-video track-video\r\n');
});

test('[SDP12] the candidates are in the first m-line that is taken, and one that is refused is in no bundle', () => {
  const [head, ...lines] = sections(write(offer.replace('m=audio 9', 'm=audio 0'), ['2']));
  expect(head).toContain('a=group:BUNDLE 1 2 3\r\n');
  expect(lines[0]).toMatch(/^m=audio 0 /);
  expect(lines[0]).not.toContain('a=ice-ufrag');
  expect(lines[1]).toContain('a=candidate:udp 1 udp 1 192.0.2.1 4000 typ host\r\na=end-of-candidates\r\n');
  expect(lines.slice(2).join('')).not.toContain('a=candidate');
  for (const line of lines.slice(1)) expect(line).toContain('a=setup:passive\r\n');
});

test('[SDP12] the server begins the handshake with a client that waits for it', () => {
  expect(write(offer.replaceAll('setup:actpass', 'setup:passive'), [])).toContain('a=setup:active\r\n');
});
