import type { ElementProperties } from '#worker/capture/encoders/encoder.ts';

/** Properties of encoders that need hardware, from the documentation of GStreamer: those that the table of candidates speaks of. */

const free = (...names: string[]): ElementProperties => Object.fromEntries(names.map((name) => [name, null]));

const oldPresets = ['default', 'hp', 'hq', 'low-latency', 'low-latency-hq', 'low-latency-hp', 'lossless', 'lossless-hp'];
const rateControls = ['default', 'constqp', 'cbr', 'vbr', 'vbr-minqp', 'cbr-ld-hq', 'cbr-hq', 'vbr-hq'];
const base = free(
  'bitrate',
  'max-bitrate',
  'vbv-buffer-size',
  'gop-size',
  'rc-lookahead',
  'aud',
  'strict-gop',
  'min-force-key-unit-interval',
  'qos',
);

export const elements = {
  nvh264enc_1_22: {
    ...base,
    ...free('zerolatency', 'bframes', 'b-adapt', 'spatial-aq', 'weighted-pred'),
    preset: oldPresets,
    'rc-mode': rateControls,
  },
  nvcudah264enc_1_22: {
    ...base,
    ...free('zero-reorder-delay', 'b-frames', 'cuda-device-id', 'repeat-sequence-header'),
    preset: oldPresets,
    'rate-control': ['constqp', 'vbr', 'cbr', 'cbr-hq', 'vbr-hq'],
  },
  nvh264enc_1_24: {
    ...base,
    ...free('zerolatency', 'bframes'),
    preset: [...oldPresets, 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'],
    tune: ['default', 'high-quality', 'low-latency', 'ultra-low-latency', 'lossless'],
    'multi-pass': ['default', 'disabled', 'two-pass-quarter', 'two-pass'],
    'rc-mode': ['default', 'constqp', 'cbr', 'vbr'],
  },
  vah264enc: {
    ...free('aud', 'b-frames', 'bitrate', 'cpb-size', 'key-int-max', 'num-slices', 'ref-frames', 'target-usage'),
    ...free('min-force-key-unit-interval'),
    'rate-control': ['cbr', 'vbr', 'vcm', 'cqp'],
  },
  qsvh264enc: {
    ...free('bitrate', 'gop-size', 'idr-interval', 'ref-frames', 'b-frames', 'target-usage', 'low-latency'),
    ...free('min-force-key-unit-interval'),
    'rate-control': ['cbr', 'vbr', 'cqp', 'avbr'],
  },
  v4l2h264enc: free('extra-controls', 'output-io-mode', 'capture-io-mode', 'min-force-key-unit-interval'),
} satisfies Record<string, ElementProperties>;
