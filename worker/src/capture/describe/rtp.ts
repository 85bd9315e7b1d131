import type { VideoCodec, VideoSource } from '#worker/capture/sources.ts';

export const playoutDelayUri = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

/**
 * Packets of 1200 bytes pass every path that WebRTC is used on: an IPv6 MTU less the headers, SRTP and TURN. The payloader
 * does not count the eight bytes of the header extension.
 */
const mtu = 'mtu=1192';

const payloaders: Readonly<Record<VideoCodec, string>> = {
  H264: 'rtph264pay config-interval=-1 aggregate-mode=zero-latency',
  VP8: 'rtpvp8pay picture-id-mode=15-bit',
};

/** From coded video to RTP packets. */
export function describePayloading({ codec, rtp }: VideoSource): string[] {
  const { ssrc, payloadType, playoutDelayExtensionId } = rtp;
  const extension = playoutDelayExtensionId === null ? '' : `,extmap-${playoutDelayExtensionId}=(string)${playoutDelayUri}`;
  return [
    `${payloaders[codec]} name=payloader ssrc=${ssrc} pt=${payloadType} ${mtu}`,
    `application/x-rtp,media=video,encoding-name=${codec},payload=${payloadType},clock-rate=90000${extension}`,
  ];
}

/**
 * Sends a chain's RTP and the sender reports that make lip sync possible (RFC 3550 section 6.4.1) through one socket: the
 * receiver takes the first address that it hears of as the sender's, for good. Hence that address follows from the port:
 * a pipeline that is started again after a crash is heard. The sink does not wait for the clock, but the pipeline waits for
 * the sink: it runs when the first packet has come all the way.
 */
export const overRtp = (chain: string, port: number): string =>
  [
    'rtpbin name=rtp rtp-profile=avpf rtcp-sync-send-time=false',
    `funnel name=both ! udpsink name=sink host=127.0.0.1 port=${port} bind-address=127.0.0.2 bind-port=${port} sync=false`,
    `${chain} ! rtp.send_rtp_sink_0`,
    'rtp.send_rtp_src_0 ! both.',
    'rtp.send_rtcp_src_0 ! both.',
  ].join(' ');
