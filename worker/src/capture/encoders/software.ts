import type { Candidate, EncoderSettings, Setting } from './candidate.ts';
import { outputs } from './outputs.ts';
import { bps, bufferMs, kbps, keyframeDistance, keyframeInterval, threads } from './quantities.ts';

const inSoftware = { vendor: 'software', memory: ['system'] } as const;

/** What libvpx's two encoders have in common. */
const vpx: readonly Setting[] = [
  ['deadline', 1],
  ['lag-in-frames', 0],
  ['keyframe-max-dist', keyframeDistance],
  ['end-usage', 'cbr'],
  ['target-bitrate', bps],
  ['buffer-initial-size', 100],
  ['buffer-optimal-size', 120],
  ['buffer-size', 200],
  ['undershoot', 95],
  ['min-quantizer', 4],
  ['max-quantizer', 56],
  ['static-threshold', 100],
  keyframeInterval,
];

/**
 * Its threads wait for each other without leaving the processor: where others want that too, two of them coded 120 frames in 14 s that
 * one codes in 2 s. One is enough for 1280 by 720 at 60 fps.
 */
const vp8Threads = (settings: EncoderSettings): number => threads(settings) - 1;

const vp8: Candidate = {
  ...inSoftware,
  element: 'vp8enc',
  codec: 'VP8',
  format: 'I420',
  // With a lower cpu-used it can't keep 60 fps at 1280 by 720 on two cores.
  settings: [['cpu-used', 16], ['threads', vp8Threads], ['token-partitions', 1], ...vpx],
  output: outputs.VP8,
  bitrate: { property: 'target-bitrate', unitsPerKbps: 1000 },
};

const vp9: Candidate = {
  ...inSoftware,
  element: 'vp9enc',
  codec: 'VP9',
  format: 'I420',
  settings: [
    ['cpu-used', 9],
    ['threads', threads],
    ['row-mt', 'true'],
    // As a power of two: a column is 256 pixels wide at least.
    ['tile-columns', ({ width }) => Math.max(0, Math.min(2, Math.floor(Math.log2(width / 256))))],
    ['aq-mode', 'cyclic-refresh'],
    ...vpx,
  ],
  output: outputs.VP9,
  bitrate: { property: 'target-bitrate', unitsPerKbps: 1000 },
};

const x264: Candidate = {
  ...inSoftware,
  element: 'x264enc',
  codec: 'H264',
  format: 'NV12',
  settings: [
    ['tune', 'zerolatency'],
    ['speed-preset', 'ultrafast'],
    ['threads', threads],
    ['key-int-max', keyframeDistance],
    // Constant quality below the bitrate: a picture that stands still costs a tenth of what a constant bitrate spends on it.
    ['pass', 'qual'],
    ['quantizer', 23],
    ['bitrate', kbps],
    ['vbv-buf-capacity', bufferMs],
    // Says in the stream that no frame is held back for another (max_num_reorder_frames).
    ['insert-vui', 'true'],
    ['aud', 'false'],
    keyframeInterval,
  ],
  output: outputs.H264,
  bitrate: { property: 'bitrate', unitsPerKbps: 1 },
};

const openH264: Candidate = {
  ...inSoftware,
  element: 'openh264enc',
  codec: 'H264',
  format: 'I420',
  settings: [
    ['complexity', 'low'],
    ['rate-control', 'bitrate'],
    ['usage-type', 'screen'],
    ['multi-thread', threads],
    ['gop-size', keyframeDistance],
    ['bitrate', bps],
    keyframeInterval,
  ],
  output: outputs.H264,
  bitrate: { property: 'bitrate', unitsPerKbps: 1000 },
};

const x265: Candidate = {
  ...inSoftware,
  element: 'x265enc',
  codec: 'H265',
  format: 'I420',
  settings: [
    ['tune', 'zerolatency'],
    ['speed-preset', 'ultrafast'],
    ['key-int-max', keyframeDistance],
    ['bitrate', kbps],
    ['log-level', 'error'],
    [
      'option-string',
      (s) => `bframes=0:repeat-headers=1:vbv-bufsize=${Math.ceil((kbps(s) * bufferMs(s)) / 1000)}:vbv-maxrate=${kbps(s)}`,
    ],
    keyframeInterval,
  ],
  output: outputs.H265,
  bitrate: { property: 'bitrate', unitsPerKbps: 1 },
};

const svtAv1: Candidate = {
  ...inSoftware,
  element: 'svtav1enc',
  codec: 'AV1',
  format: 'I420',
  settings: [
    ['preset', 12],
    ['target-bitrate', kbps],
    ['intra-period-length', keyframeDistance],
    ['parameters-string', 'pred-struct=1:rc=2:lookahead=0:tile-columns=2'],
    keyframeInterval,
  ],
  output: outputs.AV1,
  bitrate: { property: 'target-bitrate', unitsPerKbps: 1 },
};

const aomAv1: Candidate = {
  ...inSoftware,
  element: 'av1enc',
  codec: 'AV1',
  format: 'I420',
  settings: [
    ['usage-profile', 'realtime'],
    ['cpu-used', 10],
    ['threads', threads],
    ['row-mt', 'true'],
    ['tile-columns', 1],
    ['lag-in-frames', 0],
    ['keyframe-max-dist', keyframeDistance],
    ['end-usage', 'cbr'],
    ['target-bitrate', kbps],
    keyframeInterval,
  ],
  output: outputs.AV1,
  bitrate: { property: 'target-bitrate', unitsPerKbps: 1 },
};

export const softwareEncoders: readonly Candidate[] = [x264, openH264, vp8, vp9, svtAv1, aomAv1, x265];
