import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { hanging, onceTold } from '#tests/support/hanging-encoder.ts';
import { startXvfb } from '#tests/support/xvfb.ts';
import { isAlive, openCapture, openScene, pluginFolder } from './harness.ts';

test('[CP8] a capture that is killed is told of once, and what it should do fails', async () => {
  await using scene = await openScene();
  const { capture, source, failed, failures } = scene;
  const pipeline = await capture.startVideo(source);
  process.kill(capture.pid, 'SIGKILL');
  const error = await failed;
  expect(error.code).toBe('capture_failed');
  expect(error.message).toBe('The capture process ended (SIGKILL).');
  pipeline.requestKeyframe();
  pipeline.setBitrateKbps(100);
  await pipeline.stop();
  await expect(capture.startVideo(source)).rejects.toThrow('The capture has ended.');
  expect(failures.length).toBe(1);
});

test('[CP8] a start during which the process dies is refused', async () => {
  await using scene = await openScene();
  const { capture, source, failed } = scene;
  const starting = expect(capture.startVideo(source)).rejects.toThrow('The capture process ended (SIGKILL).');
  process.kill(capture.pid, 'SIGKILL');
  await starting;
  await failed;
});

test.each([
  ['blocks', hanging.blocks],
  ['swallows frames', hanging.swallows],
])('[CP26] a process whose encoder %s is killed, and told of once', async (_, hang) => {
  await using scene = await openScene();
  const { capture, source, failed, failures } = scene;
  const told = vi.fn();
  const pipeline = await capture.startVideo({ ...source, encoder: hang(source.encoder, 500) }, told);
  pipeline.setBitrateKbps(onceTold);
  const { message } = await failed;
  expect(message).toMatch(/^The capture was ended: the encoder x264enc hangs: it has taken \d+ frames and coded \d+\.$/);
  expect(told.mock.calls).toEqual([[expect.objectContaining({ message })]]);
  expect(failures.length).toBe(1);
  await expect.poll(() => isAlive(capture.pid)).toBe(false);
});

test('[CP26] an encoder whose picture stands still, or is held back, does not hang', async () => {
  await using display = await startXvfb({ width: 640, height: 360 });
  await using scene = await openScene();
  const { capture, source, failures } = scene;
  const encoder = { ...source.encoder, silentMs: 300 };
  const pipeline = await capture.startVideo({ ...source, display: display.name, encoder });
  await expect.poll(() => capture.framesEncoded(), { timeout: 20_000 }).toBeGreaterThan(5);
  pipeline.hold(true);
  // For longer than it may put out nothing.
  await delay(600);
  pipeline.hold(false);
  const held = await capture.framesEncoded();
  await expect.poll(() => capture.framesEncoded(), { timeout: 20_000 }).toBeGreaterThan(held);
  expect(failures).toEqual([]);
});

test('[CP27] a process that does not answer any more is killed, and told of once', async () => {
  await using scene = await openScene();
  const { capture, source, failed, failures } = scene;
  await capture.startVideo(source);
  process.kill(capture.pid, 'SIGSTOP');
  expect((await failed).message).toBe('The capture was ended: it does not answer.');
  await expect.poll(() => isAlive(capture.pid)).toBe(false);
  expect(failures.length).toBe(1);
});

test("[CP9] a display that is not there is refused in GStreamer's own words, and the capture can go on", async () => {
  await using scene = await openScene();
  const { capture, source, failures } = scene;
  await expect(capture.startVideo({ ...source, display: ':65000' })).rejects.toMatchObject({
    code: 'capture_failed',
    message: expect.stringContaining('The capture (H264) did not start: Could not open X display'),
  });
  expect(failures).toEqual([]);
  await capture.startVideo(source);
});

test('[CP9] a sound server that is not there is refused', async () => {
  await using harness = await openCapture();
  const audio = { server: 'unix:/nonexistent/native', source: 's1.monitor', rtp: { port: 9, ssrc: 1, payloadType: 100 } };
  await expect(harness.capture.startAudio(audio)).rejects.toThrow(/The capture \(OPUS\) did not start: Failed to connect/);
});

test('[CP10] a display that goes away while it is captured is told of, and nothing is left hanging', async () => {
  await using scene = await openScene();
  const { capture, source, display, failed } = scene;
  const pipeline = await capture.startVideo(source);
  await display[Symbol.asyncDispose]();
  const error = await failed;
  expect(error.code).toBe('capture_failed');
  await pipeline.stop();
});

test('[CP11] close ends the process, also in the middle of a start, as often as it is called', async () => {
  await using scene = await openScene();
  const { capture, source, failures } = scene;
  await capture.startVideo(source);
  const starting = expect(capture.startVideo({ ...source, display: ':65000' })).rejects.toThrow('The capture was closed.');
  await Promise.all([capture.close(), capture.close()]);
  await starting;
  expect(isAlive(capture.pid)).toBe(false);
  expect(failures).toEqual([]);
});

test('[CP12] the process ends when its parent goes', async () => {
  // This process must live on to see it, so one more is between.
  const parent = fork(new URL('./orphaning-parent.ts', import.meta.url), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [pid] = await once(parent, 'message');
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5000 });
});

test('[CP13] without the plugin for the playout delay video still comes, without the extension', async () => {
  await using folder = await pluginFolder(['screenSource']);
  await using scene = await openScene();
  await using bare = await openCapture(folder.path);
  const arriving = scene.receiver.next(() => true);
  await bare.capture.startVideo(scene.source);
  expect((await arriving).extensions.size).toBe(0);
});
