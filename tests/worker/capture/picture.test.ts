import { expect, test } from 'vitest';
import { openScene } from './harness.ts';
import { beginsIdr, beginsVp8Keyframe, type RtpPacket } from './rtp-receiver.ts';

/**
 * The shortest time in which six pictures came, in milliseconds: a machine with much else to do makes them fewer, but never more. Single
 * ones may be early.
 */
function shortestMs(packets: readonly RtpPacket[], from: number): number {
  const times = [...new Set(packets.slice(from).map(({ timestamp }) => timestamp))];
  return Math.min(...times.slice(5).map((time, index) => time - (times[index] ?? 0))) / 90;
}

test.each([
  ['H264', beginsIdr],
  ['VP8', beginsVp8Keyframe],
] as const)('[CP20] fewer frames and pixels of %s are coded when it is told so, and all of them again', async (codec, begins) => {
  await using scene = await openScene(codec);
  const { capture, receiver, source, failures } = scene;
  const pipeline = await capture.startVideo(source);
  const frames = async (count: number): Promise<number> => {
    const from = receiver.packets.length;
    let seen = 0;
    await receiver.next(({ marker }) => {
      if (marker) seen += 1;
      return seen === count;
    });
    return from;
  };
  await frames(10);
  pipeline.setPicture({ fps: 10, size: null });
  await frames(5);
  expect(shortestMs(receiver.packets, await frames(12))).toBeGreaterThan(300);
  // The size of a picture is in its keyframe.
  const small = receiver.next(begins);
  pipeline.setPicture({ fps: 10, size: { width: 320, height: 180 } });
  await small;
  await frames(3);
  const whole = receiver.next(begins);
  pipeline.setPicture({ fps: 30, size: null });
  await whole;
  await frames(3);
  expect(shortestMs(receiver.packets, await frames(30))).toBeLessThan(300);
  expect(failures).toEqual([]);
});

test('[CP21] nothing is coded while frames are held back, and the stream goes on after that', async () => {
  await using scene = await openScene();
  const { capture, receiver, source } = scene;
  const pipeline = await capture.startVideo(source);
  await receiver.next(({ marker }) => marker);
  pipeline.hold(true);
  // What was on its way already comes.
  while (
    await receiver
      .next(() => true, 300)
      .then(
        () => true,
        () => false,
      )
  );
  const held = receiver.packets.length;
  await expect(receiver.next(() => true, 300)).rejects.toThrow('No RTP packet');
  pipeline.hold(false);
  await receiver.next(({ marker }) => marker);
  expect(receiver.packets.slice(held).some(beginsIdr)).toBe(false);
});
