import { parse } from 'sdp-transform';
import { expect, test } from 'vitest';
import { describeCandidate, type OfferedStream, writeOffer } from '#worker/media/sdp/offer.ts';
import { hash } from './fixture.ts';

const audio: OfferedStream = {
  kind: 'audio',
  mid: 'opus',
  rtpParameters: {
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 104,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, 'sprop-stereo': 1 },
        rtcpFeedback: [{ type: 'transport-cc' }],
      },
    ],
    headerExtensions: [{ id: 1, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' }],
    encodings: [{ ssrc: 11 }],
    rtcp: { cname: 'name' },
  },
};
const video: OfferedStream = {
  kind: 'video',
  mid: 'h264',
  rtpParameters: {
    codecs: [
      {
        mimeType: 'video/H264',
        payloadType: 100,
        clockRate: 90_000,
        parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
        rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
      },
      { mimeType: 'video/rtx', payloadType: 101, clockRate: 90_000, parameters: { apt: 100 }, rtcpFeedback: [] },
    ],
    headerExtensions: [{ id: 11, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay' }],
    encodings: [{ ssrc: 22, rtx: { ssrc: 23 } }],
    rtcp: { cname: 'name' },
  },
};

const offer = (streams: OfferedStream[]): string =>
  writeOffer({
    sessionId: '1234',
    version: 1,
    ice: { usernameFragment: 'ufrag', password: 'a-password-of-22-chars', iceLite: true },
    fingerprint: { algorithm: 'sha-256', value: hash },
    streams,
    data: { mid: 'data', sctpPort: 5000, maxMessageBytes: 262_144 },
  });

test('[SDP1] sound, video and data channels are bundled on one ICE-lite transport; the offer has no candidates', () => {
  const { groups, icelite, media } = parse(offer([audio, video]));
  expect(icelite).toBe('ice-lite');
  expect(groups).toEqual([{ type: 'BUNDLE', mids: 'opus h264 data' }]);
  expect(media.map(({ type, mid, direction }) => [type, mid, direction])).toEqual([
    ['audio', 'opus', 'sendonly'],
    ['video', 'h264', 'sendonly'],
    ['application', 'data', undefined],
  ]);
  for (const section of media) {
    expect(section).toMatchObject({ setup: 'actpass', iceUfrag: 'ufrag', fingerprint: { type: 'sha-256', hash } });
    // Nor does it say that there are none to come.
    expect(section).not.toHaveProperty('candidates');
    expect(section).not.toHaveProperty('endOfCandidates');
  }
});

test('[SDP2] each stream has codec, feedback, extensions, SSRCs and a media stream of its own', () => {
  const lines = offer([audio, video]).split('\r\n');
  for (const line of [
    'm=audio 9 UDP/TLS/RTP/SAVPF 104',
    'a=rtpmap:104 opus/48000/2',
    'a=fmtp:104 minptime=10;sprop-stereo=1',
    'a=msid:stream-audio track-audio',
    'a=ssrc:11 cname:name',
    'm=video 9 UDP/TLS/RTP/SAVPF 100 101',
    'a=rtpmap:100 H264/90000',
    'a=fmtp:100 packetization-mode=1;profile-level-id=42e01f',
    'a=fmtp:101 apt=100',
    'a=rtcp-fb:100 nack',
    'a=rtcp-fb:100 nack pli',
    'a=extmap:11 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'a=msid:stream-video track-video',
    'a=ssrc-group:FID 22 23',
    'a=ssrc:22 cname:name',
    'a=ssrc:23 cname:name',
    'a=rtcp-mux',
    'a=rtcp-rsize',
  ]) {
    expect(lines).toContain(line);
  }
});

test('[SDP3] without streams the data channels are offered alone', () => {
  const { groups, media } = parse(offer([]));
  expect(groups).toEqual([{ type: 'BUNDLE', mids: 'data' }]);
  expect(media).toMatchObject([{ type: 'application', sctpPort: 5000, maxMessageSize: 262_144, protocol: 'UDP/DTLS/SCTP' }]);
});

const host = { priority: 10, ip: '192.0.2.1', address: '192.0.2.1', port: 4000, type: 'host' } as const;

test('[SDP8] candidates are told apart from the offer, as browsers read them', () => {
  expect(
    describeCandidate({ ...host, foundation: 'udpcandidate', protocol: 'udp' }, { sdpMid: 'opus', sdpMLineIndex: 0 }),
  ).toEqual({
    candidate: 'candidate:udpcandidate 1 udp 10 192.0.2.1 4000 typ host',
    sdpMid: 'opus',
    sdpMLineIndex: 0,
  });
  expect(
    describeCandidate(
      { ...host, foundation: 'tcpcandidate', protocol: 'tcp', tcpType: 'passive' },
      { sdpMid: 'data', sdpMLineIndex: 2 },
    ),
  ).toEqual({
    candidate: 'candidate:tcpcandidate 1 tcp 10 192.0.2.1 4000 typ host tcptype passive',
    sdpMid: 'data',
    sdpMLineIndex: 2,
  });
});
