import type { VideoCodec } from '#worker/capture/video-codec.ts';
import type { Candidate, Setting } from './candidate.ts';
import { outputs } from './outputs.ts';
import { bufferKbit, kbps, keyframeInterval } from './quantities.ts';

/**
 * NVENC. GStreamer 1.22 has encoders of an older make (`zerolatency`, `bframes`, presets like `low-latency-hq`, which drivers from R550 on
 * dropped) beside newer ones with other names; from 1.24 on these have `tune` and presets p1 to p7.
 */
const settings: readonly Setting[] = [
  ['preset', 'p3', 'low-latency-hq', 'low-latency'],
  ['tune', 'ultra-low-latency'],
  ['multi-pass', 'two-pass-quarter'],
  ['rc-mode', 'cbr-ld-hq', 'cbr'],
  ['rate-control', 'cbr-ld-hq', 'cbr'],
  ['bitrate', kbps],
  ['vbv-buffer-size', bufferKbit],
  ['gop-size', -1],
  ['zerolatency', 'true'],
  ['zero-reorder-delay', 'true'],
  ['bframes', 0],
  ['b-frames', 0],
  ['rc-lookahead', 0],
  ['aud', 'false'],
  ['repeat-sequence-header', 'true'],
  keyframeInterval,
];

const row = (element: string, codec: VideoCodec): Candidate => ({
  element,
  codec,
  vendor: 'nvidia',
  memory: ['cuda', 'system'],
  format: 'NV12',
  settings,
  output: outputs[codec],
  bitrate: { property: 'bitrate', unitsPerKbps: 1 },
});

/** With several cards in a machine, those named `autogpu` take the one that the frame is on. */
export const nvidiaEncoders: readonly Candidate[] = [
  row('nvcudah264enc', 'H264'),
  row('nvh264enc', 'H264'),
  row('nvautogpuh264enc', 'H264'),
  row('nvcudah265enc', 'H265'),
  row('nvh265enc', 'H265'),
  row('nvautogpuh265enc', 'H265'),
  row('nvav1enc', 'AV1'),
  row('nvautogpuav1enc', 'AV1'),
];
