import type { OfferedSection } from '#worker/media/sdp/answer.ts';

/** What was offered to the client that wrote {@link answer}. */
export const offered: OfferedSection[] = [
  { kind: 'audio', mid: 'opus', direction: 'sendonly', codecs: [{ payloadType: 104, name: 'opus' }], otherPayloadTypes: [] },
  { kind: 'video', mid: 'h264', direction: 'sendonly', codecs: [{ payloadType: 100, name: 'H264' }], otherPayloadTypes: [101] },
  { kind: 'application', mid: 'data' },
];

export const hash = Array.from({ length: 32 }, (_, index) => (index + 100).toString(16).toUpperCase()).join(':');

const transport = `c=IN IP4 0.0.0.0
a=ice-ufrag:aB3+
a=ice-pwd:0123456789012345678901234
a=ice-options:trickle
a=fingerprint:sha-256 ${hash}
a=setup:active
`;

/** An answer such as Chromium writes it. */
export const answer = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE opus h264 data
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 104
${transport}a=mid:opus
a=recvonly
a=rtcp-mux
a=rtpmap:104 opus/48000/2
a=fmtp:104 minptime=10;useinbandfec=1
m=video 9 UDP/TLS/RTP/SAVPF 100 101
${transport}a=mid:h264
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:100 H264/90000
a=rtpmap:101 rtx/90000
a=fmtp:101 apt=100
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
${transport}a=mid:data
a=sctp-port:5000
a=max-message-size:262144
`.replaceAll('\n', '\r\n');
