import { expect, test } from 'vitest';
import type { EncoderSettings, FrameMemory } from '#worker/capture/encoders/candidate.ts';
import { candidates } from '#worker/capture/encoders/candidates.ts';
import { describeEncoder, type ElementProperties } from '#worker/capture/encoders/encoder.ts';
import { frameWays } from '#worker/capture/encoders/frames.ts';
import { readElements, readProperties } from '#worker/capture/encoders/inspect.ts';
import { VideoCodec } from '#worker/capture/video-codec.ts';
import { elements } from './elements.fixture.ts';

const settings: EncoderSettings = { width: 1280, height: 720, fps: 60, bitrateKbps: 5000 };

function describe(element: string, properties: ElementProperties, memory: FrameMemory = 'system', other = {}) {
  const candidate = candidates.find((each) => each.element === element);
  if (candidate === undefined) throw new Error(`There is no row for ${element}.`);
  return describeEncoder(candidate, memory, properties, { ...settings, ...other });
}

test('[EN1] NVENC of GStreamer 1.22 and of 1.24 are set for the least delay, each in its own words', () => {
  const old = describe('nvh264enc', elements.nvh264enc_1_22).text;
  expect(old).toContain(
    'nvh264enc name=encoder preset=low-latency-hq rc-mode=cbr-ld-hq bitrate=5000 vbv-buffer-size=125 gop-size=-1',
  );
  expect(old).toContain(' zerolatency=true bframes=0 rc-lookahead=0 aud=false ');
  expect(old).not.toMatch(/tune|multi-pass|rate-control|zero-reorder-delay|b-frames/);
  const cuda = describe('nvcudah264enc', elements.nvcudah264enc_1_22).text;
  expect(cuda).toContain('preset=low-latency-hq rate-control=cbr bitrate=5000');
  expect(cuda).toContain('zero-reorder-delay=true b-frames=0');
  const later = describe('nvh264enc', elements.nvh264enc_1_24).text;
  expect(later).toContain('preset=p3 tune=ultra-low-latency multi-pass=two-pass-quarter rc-mode=cbr');
  expect(later).toContain('profile=constrained-baseline,stream-format=byte-stream');
});

test('[EN1] VA-API, Quick Sync and V4L2 are set for the least delay', () => {
  expect(describe('vah264enc', elements.vah264enc, 'va')).toEqual({
    name: 'vah264enc',
    input: 'vapostproc ! video/x-raw(memory:VAMemory),format=NV12',
    text:
      'vah264enc name=encoder rate-control=cbr bitrate=5000 cpb-size=125 target-usage=7 key-int-max=1024 ref-frames=1 b-frames=0 ' +
      'aud=false min-force-key-unit-interval=30000000 ! video/x-h264,profile=constrained-baseline,stream-format=byte-stream',
    bitrate: { property: 'bitrate', unitsPerKbps: 1 },
    silentMs: 700,
  });
  expect(describe('qsvh264enc', elements.qsvh264enc).text).toContain(
    'rate-control=cbr bitrate=5000 low-latency=true target-usage=7 gop-size=0 idr-interval=1 ref-frames=1 b-frames=0',
  );
  const board = describe('v4l2h264enc', elements.v4l2h264enc);
  expect(board.text).toContain('extra-controls=controls,video_bitrate=5000000,video_bitrate_mode=1,repeat_sequence_header=1');
  expect(board.bitrate).toEqual({ property: 'extra-controls', unitsPerKbps: 1000, text: 'controls,video_bitrate={}' });
  expect(describe('x264enc', {}).silentMs).toBe(3000);
});

test.each([
  ['x264enc', ' bitrate=5000 '],
  ['openh264enc', ' bitrate=5000000 '],
  ['vp8enc', ' target-bitrate=5000000 '],
  ['vp9enc', ' target-bitrate=5000000 '],
  ['av1enc', ' target-bitrate=5000 '],
])('[EN1] %s is given the bitrate in its own unit', (element, text) => {
  expect(describe(element, { bitrate: null, 'target-bitrate': null, 'min-force-key-unit-interval': null }).text).toContain(text);
});

test('[EN1] more pixels get more threads, but never more than four, for they are as many slices', () => {
  const threads = (width: number, height: number, element = 'x264enc') =>
    describe(element, { threads: null }, 'system', { width, height }).text;
  expect(threads(1280, 720)).toContain('threads=2 ');
  expect(threads(1920, 1080)).toContain('threads=3 ');
  expect(threads(3840, 2160)).toContain('threads=4 ');
  expect(threads(1280, 720, 'vp8enc')).toContain('threads=1 ');
});

test('[EN1] the largest frame takes not much longer to send than the others', () => {
  const vbv = (fps: number) => describe('x264enc', { 'vbv-buf-capacity': null }, 'system', { fps }).text;
  expect(vbv(60)).toContain(' vbv-buf-capacity=34 ');
  expect(vbv(30)).toContain(' vbv-buf-capacity=67 ');
});

test('[EN1] a bitrate that the element has no property for can’t be changed', () => {
  expect(describe('x264enc', {}).bitrate).toBeNull();
  expect(describe('x264enc', {}).text).toMatch(/^x264enc name=encoder ! /);
});

test('[EN2] every codec has an encoder in software, and hardware comes before it', () => {
  for (const codec of VideoCodec.options) {
    const vendors = candidates.filter((each) => each.codec === codec).map(({ vendor }) => vendor);
    const software = vendors.indexOf('software');
    expect({ codec, software: software > 0, after: vendors.slice(software).every((vendor) => vendor === 'software') }).toEqual({
      codec,
      software: true,
      after: true,
    });
  }
});

test('[EN2] no encoder is there twice, and each can be fed from system memory', () => {
  expect(new Set(candidates.map(({ element }) => element)).size).toBe(candidates.length);
  expect(candidates.filter(({ memory }) => memory.at(-1) !== 'system')).toEqual([]);
  expect(frameWays.cuda.describe('NV12')).toBe('cudaupload ! cudaconvert ! video/x-raw(memory:CUDAMemory),format=NV12');
});

test('[EN3] the list of elements and the properties of one are read from what gst-inspect-1.0 prints', () => {
  const list =
    'x264:  x264enc: x264 H.264 Encoder\nvpx:  vp8enc: On2 VP8 Encoder\ntypefindfunctions: video/x-h264: h264\n\nTotal count: 2 plugins';
  expect([...readElements(list)]).toEqual(['x264enc', 'vp8enc']);
  const text = `Factory Details:
  Long-name                x264 H.264 Encoder
Element Properties:

  bitrate             : Bitrate in kbit/sec
                        flags: readable, writable, changeable in NULL, READY, PAUSED or PLAYING state
                        Unsigned Integer. Range: 1 - 2048000 Default: 2048
  min-force-key-unit-interval: Minimum interval between force-keyunit requests in nanoseconds
                        flags: readable, writable
  pass                : Encoding pass/type
                        flags: readable, writable
                        Enum "GstX264EncPass" Default: 0, "cbr"
                           (0): cbr              - Constant Bitrate Encoding
                           (-1): quant           - Constant Quantizer
  tune                : Preset name for non-psychovisual tuning options
                        Flags "GstX264EncTune" Default: 0x00000000, "(none)"
                           (0x00000004): zerolatency      - Zero latency

Element Signals:
  "frames-encoded" :  void user_function (GstElement* object)
`;
  expect(readProperties(text)).toEqual({
    bitrate: null,
    'min-force-key-unit-interval': null,
    pass: ['cbr', 'quant'],
    tune: null,
  });
  expect(readProperties('No such element or plugin')).toEqual({});
});
