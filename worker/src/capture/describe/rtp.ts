import type { VideoSource } from '#worker/capture/sources.ts';
import type { VideoCodec } from '#worker/capture/video-codec.ts';

export const playoutDelayUri = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

/**
 * Packets of 1200 bytes pass every path that WebRTC is used on: an IPv6 MTU less the headers, SRTP and TURN. The payloader
 * does not count the eight bytes of the header extension.
 */
const mtu = 'mtu=1192';

const payloaders: Readonly<Record<VideoCodec, { element: string; settings: string }>> = {
  H264: { element: 'rtph264pay', settings: 'config-interval=-1 aggregate-mode=zero-latency' },
  H265: { element: 'rtph265pay', settings: 'config-interval=-1 aggregate-mode=zero-latency' },
  VP8: { element: 'rtpvp8pay', settings: 'picture-id-mode=15-bit' },
  VP9: { element: 'rtpvp9pay', settings: 'picture-id-mode=15-bit' },
  // Of GStreamer's Rust plugins: Debian 12 has them not.
  AV1: { element: 'rtpav1pay', settings: '' },
};

/** The element that makes a codec's RTP packets. */
export const payloaderOf = (codec: VideoCodec): string => payloaders[codec].element;

/** From coded video to RTP packets, the first of them with this time stamp. */
export function describePayloading({ codec, rtp }: VideoSource, timestamp: number): string[] {
  const { ssrc, payloadType, playoutDelayExtensionId } = rtp;
  const extension = playoutDelayExtensionId === null ? '' : `,extmap-${playoutDelayExtensionId}=(string)${playoutDelayUri}`;
  const { element, settings } = payloaders[codec];
  return [
    `${element} ${settings} name=payloader ssrc=${ssrc} pt=${payloadType} timestamp-offset=${timestamp} ${mtu}`,
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
