import type { Encoder } from './encoders.ts';
import type { AudioSource, VideoCodec, VideoSource } from './sources.ts';

/**
 * The pipelines as text, in the language of gst-launch. Their elements are named: `source`, `encoder` and `payloader` are
 * steered or told apart in messages.
 */

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

/**
 * From the display to RTP packets. The queue holds one frame and drops the older one: an encoder that is late codes what is
 * on the screen now, not what was.
 */
export function videoChain(source: VideoSource, encoder: Encoder): string {
  const { ssrc, payloadType, playoutDelayExtensionId } = source.rtp;
  const extension = playoutDelayExtensionId === null ? '' : `,extmap-${playoutDelayExtensionId}=(string)${playoutDelayUri}`;
  return [
    `ximagesrc name=source display-name=${quoted(source.display)} use-damage=0 show-pointer=true`,
    `video/x-raw,framerate=${source.fps}/1`,
    'videoconvert',
    `video/x-raw,format=${encoder.format}`,
    'queue max-size-buffers=1 max-size-bytes=0 max-size-time=0 leaky=downstream',
    encoder.describe(source),
    `${payloaders[source.codec]} name=payloader ssrc=${ssrc} pt=${payloadType} ${mtu}`,
    `application/x-rtp,media=video,encoding-name=${source.codec},payload=${payloadType},clock-rate=90000${extension}`,
  ].join(' ! ');
}

/** The whole video pipeline. */
export const videoPipeline = (source: VideoSource, encoder: Encoder): string =>
  overRtp(videoChain(source, encoder), source.rtp.port);

/** The whole sound pipeline: Opus in packets of 10 ms (RFC 7587). Its queue must not drop: what is lost is heard. */
export function audioPipeline(source: AudioSource): string {
  const { port, ssrc, payloadType } = source.rtp;
  const chain = [
    `pulsesrc name=source server=${quoted(source.server)} device=${quoted(source.source)} client-name=farpane ` +
      'buffer-time=20000 latency-time=5000 provide-clock=false',
    'audio/x-raw,rate=48000,channels=2',
    'queue',
    'opusenc name=encoder frame-size=10 audio-type=restricted-lowdelay bitrate=96000',
    `rtpopuspay name=payloader ssrc=${ssrc} pt=${payloadType}`,
  ];
  return overRtp(chain.join(' ! '), port);
}

/**
 * Sends a chain's RTP and the sender reports that make lip sync possible (RFC 3550 section 6.4.1) through one socket: the
 * receiver takes the first address that it hears of as the sender's, for good. Hence that address follows from the port:
 * a pipeline that is started again after a crash is heard. The sink does not wait for the clock, but the pipeline waits for
 * the sink: it runs when the first packet has come all the way.
 */
const overRtp = (chain: string, port: number): string =>
  [
    'rtpbin name=rtp rtp-profile=avpf rtcp-sync-send-time=false',
    `funnel name=both ! udpsink name=sink host=127.0.0.1 port=${port} bind-address=127.0.0.2 bind-port=${port} sync=false`,
    `${chain} ! rtp.send_rtp_sink_0`,
    'rtp.send_rtp_src_0 ! both.',
    'rtp.send_rtcp_src_0 ! both.',
  ].join(' ');

/** A value as gst-launch reads it whatever is in it. */
const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
