import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bitrateRange, defaultBitrateKbps } from '#worker/capture/bitrate.ts';
import { audioPipeline } from '#worker/capture/describe/audio.ts';
import { rtpTimestamp } from '#worker/capture/describe/timestamp.ts';
import { videoPipeline } from '#worker/capture/describe/video.ts';
import type { VideoSource } from '#worker/capture/sources.ts';

const source: VideoSource = {
  display: ':7',
  authority: '/run/x',
  width: 1280,
  height: 720,
  fps: 60,
  codec: 'H264',
  bitrateKbps: 5000,
  encoder: { name: 'x264enc', input: 'videoconvert', text: 'x264enc name=encoder ! video/x-h264', bitrate: null, silentMs: 1000 },
  rtp: { port: 5004, ssrc: 42, payloadType: 102, playoutDelayExtensionId: 5 },
};

test('[CP1] the text of the video pipeline holds the settings for the least delay', () => {
  const text = videoPipeline(source, 'xdamagesrc');
  expect(text).toContain(
    'xdamagesrc name=source display-name=":7" show-pointer=true max-fps=60 ! capsfilter caps=video/x-raw,colorimetry=bt709 ! ',
  );
  expect(text).toContain('! videoconvert ! identity name=taken silent=true ! x264enc');
  expect(text).toContain('config-interval=-1 aggregate-mode=zero-latency name=payloader ssrc=42 pt=102 timestamp-offset=');
  expect(text).toContain(',extmap-5=(string)http://www.webrtc.org/experiments/rtp-hdrext/playout-delay');
  expect(text).toContain('rtp.send_rtcp_src_0 ! both.');
});

test('[CP1] the colours of VP8 are made as its decoders presume', () => {
  const text = videoPipeline({ ...source, codec: 'VP8' }, 'xdamagesrc');
  expect(text).toContain('! capsfilter caps=video/x-raw,colorimetry=bt601 !');
});

test('[CP20] a pipeline that is to code fewer pixels than the display has does so from the first frame', () => {
  expect(videoPipeline(source, 'xdamagesrc')).toContain('capsfilter name=size caps=video/x-raw ! ');
  const small = videoPipeline({ ...source, size: { width: 640, height: 360 } }, 'xdamagesrc');
  expect(small).toContain('capsfilter name=size caps=video/x-raw,width=640,height=360,pixel-aspect-ratio=1/1 ! ');
});

test('[CP1] where the display is captured on a clock, its rate is asked for', () => {
  const text = videoPipeline(source, 'ximagesrc');
  expect(text).toContain(
    'ximagesrc name=source display-name=":7" show-pointer=true use-damage=0 ! capsfilter name=rate caps=video/x-raw,framerate=60/1',
  );
  expect(text).toContain(
    'videoconvert ! queue max-size-buffers=1 max-size-bytes=0 max-size-time=0 leaky=downstream ! identity name=taken silent=true ! x264enc',
  );
});

test('[EN8] what takes the place of a pipeline begins with the time stamp of its moment', async () => {
  const first = rtpTimestamp(90_000);
  await setTimeout(20);
  const later = (rtpTimestamp(90_000) - first) >>> 0;
  // A process that the machine keeps from running is late, never early.
  expect(later).toBeGreaterThanOrEqual(90 * 19);
  expect(later).toBeLessThan(90 * 60_000);
  expect(videoPipeline(source, 'xdamagesrc')).toMatch(/ timestamp-offset=\d+ mtu=1192 /);
});

test('[CP1] the playout-delay extension is left out where nobody wants it', () => {
  const text = videoPipeline({ ...source, rtp: { ...source.rtp, playoutDelayExtensionId: null } }, 'xdamagesrc');
  expect(text).not.toContain('extmap');
});

test('[CP1] the sound pipeline sends Opus in packets of 10 ms and drops nothing', () => {
  const text = audioPipeline({ server: 'unix:/run/p', source: 's1.monitor', rtp: { port: 5006, ssrc: 43, payloadType: 100 } });
  expect(text).toContain('pulsesrc name=source server="unix:/run/p" device="s1.monitor"');
  expect(text).toContain('frame-size=10 audio-type=restricted-lowdelay');
  expect(text).toContain('pt=100');
  expect(text).not.toContain('leaky');
});

test('[CP1] a value can not break out of its quotes', () => {
  const text = audioPipeline({ server: 's', source: 'a" ! filesink location="b\\', rtp: { port: 1, ssrc: 1, payloadType: 1 } });
  expect(text).toContain(String.raw`device="a\" ! filesink location=\"b\\"`);
});

test.each([
  [1280, 720, 30, 1000, 3000],
  [1280, 720, 60, 2500, 5000],
  [1920, 1080, 60, 3000, 7000],
  [3840, 2160, 60, 8000, 20_000],
  [3840, 2160, 120, 8000, 20_000],
])('[CP3] %ix%i at %i fps moves between %i and %i kbit/s', (width, height, fps, minKbps, maxKbps) => {
  expect(bitrateRange({ width, height, fps })).toEqual({ minKbps, maxKbps });
  expect(defaultBitrateKbps(width, height, fps)).toBe(maxKbps);
});

test('[CP3] more pixels a second never get less', () => {
  const sizes = [2, 64, 320, 640, 1024, 1280, 1600, 1920, 2560, 3840];
  const ranges = sizes.map((width) => bitrateRange({ width, height: (width * 9) / 16, fps: 60 }));
  expect(ranges.map(({ minKbps }) => minKbps)).toEqual(ranges.map(({ minKbps }) => minKbps).toSorted((a, b) => a - b));
  expect(ranges.map(({ maxKbps }) => maxKbps)).toEqual(ranges.map(({ maxKbps }) => maxKbps).toSorted((a, b) => a - b));
});
