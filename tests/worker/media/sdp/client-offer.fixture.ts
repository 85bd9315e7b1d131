import { hash } from './fixture.ts';

const transport = `c=IN IP4 0.0.0.0
a=ice-ufrag:aB3+
a=ice-pwd:0123456789012345678901234
a=fingerprint:sha-256 ${hash}
a=setup:actpass
`;

/** An offer such as Chromium writes it: sound, a camera, a picture, data channels. */
export const offer = `v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
${transport}a=mid:0
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=recvonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
m=video 9 UDP/TLS/RTP/SAVPF 96
${transport}a=mid:1
a=sendonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
m=video 9 UDP/TLS/RTP/SAVPF 102 103 108 96 97
${transport}a=mid:2
a=extmap:11 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=recvonly
a=rtcp-mux
a=rtpmap:102 H264/90000
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rtpmap:108 H264/90000
a=rtcp-fb:108 nack
a=rtcp-fb:108 nack pli
a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:96 VP8/90000
a=rtcp-fb:* nack pli
a=rtpmap:97 H264/90000
a=fmtp:97 packetization-mode=0;profile-level-id=42e01f
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
${transport}a=mid:3
a=sctp-port:5000
`.replaceAll('\n', '\r\n');
