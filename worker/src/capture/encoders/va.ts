import type { VideoCodec } from '#worker/capture/video-codec.ts';
import type { Candidate, Setting } from './candidate.ts';
import { outputs } from './outputs.ts';
import { bufferKbit, hardwareBufferMs, kbps, keyframeDistance, keyframeInterval } from './quantities.ts';

/** The longest distance that VA-API's encoders know. Frames. */
const longestDistance = 1024;

/** VA-API: the cards of Intel and AMD. Of `lp` are Intel's low-power encoders, on newer chips the only ones. */
const settings: readonly Setting[] = [
  ['rate-control', 'cbr'],
  ['bitrate', kbps],
  ['cpb-size', bufferKbit],
  ['target-usage', 7],
  ['key-int-max', (s) => Math.min(longestDistance, keyframeDistance(s))],
  ['ref-frames', 1],
  ['b-frames', 0],
  ['aud', 'false'],
  keyframeInterval,
];

const row = (element: string, codec: VideoCodec): Candidate => ({
  element,
  codec,
  vendor: 'va',
  memory: ['va', 'system'],
  format: 'NV12',
  settings,
  output: outputs[codec],
  bitrate: { property: 'bitrate', unitsPerKbps: 1 },
});

/** The plugin of GStreamer before 1.28 that `va` has taken the place of; some older drivers work with it only. */
const legacy: Candidate = {
  ...row('vaapih264enc', 'H264'),
  memory: ['system'],
  settings: [
    ['rate-control', 'cbr'],
    ['bitrate', kbps],
    ['cpb-length', hardwareBufferMs],
    ['quality-level', 7],
    ['keyframe-period', keyframeDistance],
    ['max-bframes', 0],
    ['refs', 1],
    ['aud', 'false'],
    keyframeInterval,
  ],
};

export const vaEncoders: readonly Candidate[] = [
  row('vah264lpenc', 'H264'),
  row('vah264enc', 'H264'),
  legacy,
  row('vah265lpenc', 'H265'),
  row('vah265enc', 'H265'),
  row('vavp8enc', 'VP8'),
  row('vavp9lpenc', 'VP9'),
  row('vavp9enc', 'VP9'),
  row('vaav1lpenc', 'AV1'),
  row('vaav1enc', 'AV1'),
];

/** Intel's own library. */
const quickSync: readonly Setting[] = [
  ['rate-control', 'cbr'],
  ['bitrate', kbps],
  ['low-latency', 'true'],
  ['target-usage', 7],
  ['gop-size', 0],
  ['idr-interval', 1],
  ['ref-frames', 1],
  ['b-frames', 0],
  keyframeInterval,
];

export const quickSyncEncoders: readonly Candidate[] = (
  [
    ['qsvh264enc', 'H264'],
    ['qsvh265enc', 'H265'],
    ['qsvvp9enc', 'VP9'],
    ['qsvav1enc', 'AV1'],
  ] as const
).map(([element, codec]) => ({ ...row(element, codec), vendor: 'qsv', settings: quickSync }));
