import fc from 'fast-check';
import { hostileText } from './hostile.ts';

const transport = [
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789abcdefghijklmn',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:active',
  'a=rtcp-mux',
];

/** A session description as a browser's, line by line: an offer and an answer alike. */
const lines: readonly string[] = [
  ...['v=0', 'o=- 4611731400430051336 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1 2', 'a=msid-semantic: WMS'],
  ...['m=audio 9 UDP/TLS/RTP/SAVPF 111', ...transport, 'a=mid:0', 'a=recvonly', 'a=rtpmap:111 opus/48000/2'],
  ...['a=fmtp:111 minptime=10;useinbandfec=1', 'm=video 9 UDP/TLS/RTP/SAVPF 96', ...transport, 'a=mid:1', 'a=recvonly'],
  ...['a=rtpmap:96 H264/90000', 'a=rtcp-fb:96 nack pli', 'a=fmtp:96 packetization-mode=1;profile-level-id=42e01f'],
  ...[
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    ...transport,
    'a=mid:2',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ],
];

const text = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

/** That description with lines left out, doubled, moved, cut short, or made of something else. */
export const sdpLike: fc.Arbitrary<string> = fc.oneof(
  fc.subarray([...lines], { minLength: 1 }).map(text),
  fc.shuffledSubarray([...lines], { minLength: 5 }).map(text),
  fc.tuple(fc.nat(lines.length - 1), hostileText).map(([at, other]) => text(lines.with(at, other.replaceAll(/[\r\n]/g, ' ')))),
  fc.tuple(fc.nat(lines.length - 1), fc.integer({ min: 1, max: 300 })).map(([at, times]) => {
    return text([...lines.slice(0, at), ...Array.from({ length: times }, () => lines[at] ?? ''), ...lines.slice(at)]);
  }),
  fc.nat(text(lines).length).map((length) => text(lines).slice(0, length)),
  fc.constant(text(lines)),
  hostileText,
);

/** The same in Latin-1, which base64 can hold. */
export const sdpBase64: fc.Arbitrary<string> = sdpLike.map((sdp) => btoa(sdp.replaceAll(/[^\0-\xff]/g, '?')));
