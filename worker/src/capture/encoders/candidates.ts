import type { VideoCodec } from '#worker/capture/sources.ts';
import type { Encoder, EncoderSettings } from './encoder.ts';

/** Keyframes come when they are asked for; this is only how long a receiver that can't ask waits at worst. */
const keyframeEverySeconds = 60;
const keyframeDistance = ({ fps }: EncoderSettings): number => fps * keyframeEverySeconds;

/** Two threads code 1280 by 720 at 60 fps in time. More than four slices make Chromium's decoder slower. */
const threads = ({ width, height, fps }: EncoderSettings): number =>
  Math.min(4, Math.max(2, Math.ceil((width * height * fps) / (1280 * 720 * 60))));

/** One keyframe in this time at most, whoever asks: a flood of requests must not become a flood of keyframes. */
const keyframeInterval = 'min-force-key-unit-interval=200000000';

const h264Caps = 'video/x-h264,profile=constrained-baseline,stream-format=byte-stream';

/** In order of preference within a codec: the first that runs is taken. */
export const encoders: readonly Encoder[] = [
  {
    name: 'x264enc',
    codec: 'H264',
    format: 'NV12',
    // Constant quality below the bitrate: a picture that stands still costs a tenth of what a constant bitrate spends on it.
    describe: (s) =>
      `x264enc name=encoder tune=zerolatency speed-preset=ultrafast threads=${threads(s)} key-int-max=${keyframeDistance(s)} ` +
      `pass=qual quantizer=23 bitrate=${s.bitrateKbps} vbv-buf-capacity=120 aud=false ${keyframeInterval} ! ${h264Caps}`,
    bitrate: { property: 'bitrate', unitsPerKbps: 1 },
  },
  {
    name: 'openh264enc',
    codec: 'H264',
    format: 'I420',
    describe: (s) =>
      `openh264enc name=encoder complexity=low rate-control=bitrate usage-type=screen multi-thread=${threads(s)} ` +
      `gop-size=${keyframeDistance(s)} bitrate=${s.bitrateKbps * 1000} ${keyframeInterval} ! ${h264Caps}`,
    bitrate: { property: 'bitrate', unitsPerKbps: 1000 },
  },
  {
    name: 'vp8enc',
    codec: 'VP8',
    format: 'I420',
    // With a lower cpu-used it can't keep 60 fps at 1280 by 720 on two cores.
    describe: (s) =>
      `vp8enc name=encoder deadline=1 cpu-used=16 threads=${threads(s)} lag-in-frames=0 keyframe-max-dist=${keyframeDistance(s)} ` +
      `end-usage=cbr target-bitrate=${s.bitrateKbps * 1000} buffer-initial-size=100 buffer-optimal-size=120 buffer-size=200 ` +
      `undershoot=95 min-quantizer=4 max-quantizer=56 static-threshold=100 token-partitions=1 ${keyframeInterval} ! video/x-vp8`,
    bitrate: { property: 'target-bitrate', unitsPerKbps: 1000 },
  },
];

/** The candidates for a codec, best first. */
export const encodersFor = (codec: VideoCodec): Encoder[] => encoders.filter((encoder) => encoder.codec === codec);
