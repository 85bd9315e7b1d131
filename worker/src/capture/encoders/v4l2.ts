import type { VideoCodec } from '#worker/capture/video-codec.ts';
import type { Candidate, EncoderSettings } from './candidate.ts';
import { outputs } from './outputs.ts';
import { bps, keyframeDistance, keyframeInterval } from './quantities.ts';

/** V4L2: the encoders of small boards. What they are set to are controls of the kernel's driver. */
const row = (element: string, codec: VideoCodec, controls: (settings: EncoderSettings) => string): Candidate => ({
  element,
  codec,
  vendor: 'v4l2',
  memory: ['system'],
  format: 'NV12',
  settings: [['extra-controls', (s) => `controls,video_bitrate=${bps(s)},video_bitrate_mode=1,${controls(s)}`], keyframeInterval],
  output: outputs[codec],
  // What is set while it runs goes to the driver at once; the controls that are not named stay.
  bitrate: { property: 'extra-controls', unitsPerKbps: 1000, text: 'controls,video_bitrate={}' },
});

/** The level is demanded: without one some drivers take none of the sizes in use. */
const withLevel = (candidate: Candidate): Candidate => ({ ...candidate, output: `${candidate.output},level=(string)4.2` });

export const v4l2Encoders: readonly Candidate[] = [
  withLevel(row('v4l2h264enc', 'H264', (s) => `repeat_sequence_header=1,h264_i_frame_period=${keyframeDistance(s)}`)),
  row('v4l2h265enc', 'H265', (s) => `repeat_sequence_header=1,video_gop_size=${keyframeDistance(s)}`),
  row('v4l2vp8enc', 'VP8', (s) => `video_gop_size=${keyframeDistance(s)}`),
  row('v4l2vp9enc', 'VP9', (s) => `video_gop_size=${keyframeDistance(s)}`),
];
