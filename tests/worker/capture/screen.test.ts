import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { built } from '#infra/config.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { startPainter } from '#tests/support/painter.ts';
import { startXvfb } from '#tests/support/xvfb.ts';
import type { VideoSource } from '#worker/capture/capture.ts';
import { gstreamerEnvironment } from '#worker/capture/config.ts';
import { openCapture, openScene, pluginFolder } from './harness.ts';
import { beginsIdr, beginsVp8Keyframe, openRtpReceiver } from './rtp-receiver.ts';

test.each([
  ['H264', beginsIdr],
  ['VP8', beginsVp8Keyframe],
] as const)('[XD8] a keyframe of %s comes when it is asked for, though nothing is drawn', async (codec, begins) => {
  await using display = await startXvfb({ width: 640, height: 360 });
  await using receiver = await openRtpReceiver();
  await using harness = await openCapture();
  const rtp = { port: receiver.port, ssrc: 7, payloadType: 102, playoutDelayExtensionId: null };
  const settings = { width: 640, height: 360, fps: 30, bitrateKbps: 2000 };
  const encoder = await softwareEncoder(codec, settings);
  const source: VideoSource = { display: display.name, authority: '', ...settings, codec, encoder, rtp };
  const first = receiver.next(begins);
  const pipeline = await harness.capture.startVideo(source);
  await first;
  for (let round = 0; round < 3; round++) {
    // Now it is sent again once a second, and no encoder makes two keyframes within 200 ms.
    await delay(1200);
    const from = receiver.packets.length;
    const keyframe = receiver.next(begins);
    pipeline.requestKeyframe();
    await keyframe;
    const pictures = new Set(receiver.packets.slice(from).map(({ timestamp }) => timestamp)).size;
    // What was due anyway may come before it.
    expect(pictures).toBeLessThanOrEqual(2);
  }
});

test('[XD8] what was drawn last comes as RTP, and then little more', async () => {
  await using display = await startXvfb({ width: 640, height: 360 });
  await using painter = startPainter(display.name);
  await using receiver = await openRtpReceiver();
  await using harness = await openCapture();
  const rtp = { port: receiver.port, ssrc: 7, payloadType: 102, playoutDelayExtensionId: null };
  const settings = { width: 640, height: 360, fps: 60, bitrateKbps: 2000 };
  const encoder = await softwareEncoder('H264', settings);
  await harness.capture.startVideo({ display: display.name, authority: '', ...settings, codec: 'H264', encoder, rtp });
  await delay(1000);
  const from = receiver.packets.length;
  const arriving = receiver.next(({ marker }) => marker);
  await painter.fill(0, 0, 640, 360, 0xff_00_00);
  await arriving;
  await delay(1600);
  const pictures = new Set(receiver.packets.slice(from).map(({ timestamp }) => timestamp)).size;
  expect(pictures).toBeLessThanOrEqual(8);
});

test('[XD12] a picture that stands still is whole after its rate was changed', async () => {
  await using display = await startXvfb({ width: 640, height: 360 });
  const script = join(import.meta.dirname, 'changed-rate.py');
  // Else memory that was just freed may have the picture still in it.
  const env = { ...gstreamerEnvironment(built.gstreamerPlugins), MALLOC_PERTURB_: '85' };
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, display.name], { env });
  const frames = stdout.trim().split('\n');
  // An empty screen is black.
  expect(new Set(frames)).toEqual(new Set(['30 16 128', '10 16 128']));
});

test('[XD9] without the plugin the display is captured on a clock, and the log says so', async () => {
  await using folder = await pluginFolder(['playoutDelay']);
  await using scene = await openScene();
  await using bare = await openCapture(folder.path);
  const arriving = scene.receiver.next(beginsIdr);
  await bare.capture.startVideo(scene.source);
  await arriving;
  expect(bare.warnings.join()).toContain('capture.on-a-clock');
});

test('[XD9] a display that does not tell what is drawn is captured on a clock, and the log says so', async () => {
  await using display = await startXvfb({ width: 640, height: 360, without: ['DAMAGE'] });
  await using scene = await openScene();
  const arriving = scene.receiver.next(beginsIdr);
  await scene.capture.startVideo({ ...scene.source, display: display.name });
  await arriving;
  expect(scene.warnings.join()).toContain('capture.on-a-clock');
});

test('[XD9] where it works the log says nothing', async () => {
  await using scene = await openScene();
  await scene.capture.startVideo(scene.source);
  expect(scene.warnings).toEqual([]);
});
