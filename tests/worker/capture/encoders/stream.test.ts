import { expect, test } from 'vitest';
import { built } from '#infra/config.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { gstreamerEnvironment } from '#worker/capture/config.ts';
import { runTool } from '#worker/capture/encoders/tools.ts';
import { nalUnits, readSps } from './h264-stream.ts';

test.each([
  ['x264enc', 1280, 720],
  ['x264enc', 3840, 2160],
  ['openh264enc', 1280, 720],
])('[EN4] the stream of %s at %ix%i lets a decoder show each frame at once', async (element, width, height) => {
  const settings = { width, height, fps: 60, bitrateKbps: 5000 };
  const { input, text } = await softwareEncoder('H264', settings, element);
  const source = `videotestsrc num-buffers=3 ! video/x-raw,format=BGRx,width=${width},height=${height},framerate=60/1`;
  const { output } = await runTool('gst-launch-1.0', ['-q', ...`${source} ! ${input} ! ${text} ! fdsink fd=1`.split(' ')], {
    env: gstreamerEnvironment(built.gstreamerPlugins),
    limitMs: 30_000,
  });
  const units = nalUnits(output);
  const sps = units.find(({ type }) => type === 7);
  expect(sps && readSps(sps.payload)).toMatchObject({ profile: 66, maxReorderFrames: 0 });
  const slices = units.filter(({ type }) => type === 5).length;
  expect(slices).toBeGreaterThan(0);
  expect(slices).toBeLessThanOrEqual(4);
  expect(units.filter(({ type }) => type === 1)).toHaveLength(2 * slices);
});
