import { expect, test } from 'vitest';
import { openScene } from './harness.ts';
import { beginsIdr, beginsVp8Keyframe, type RtpPacket } from './rtp-receiver.ts';

test('[CP4] a display comes out as RTP with the SSRC, payload type and playout delay that were asked for', async () => {
  await using scene = await openScene();
  const { capture, receiver, source } = scene;
  const arriving = receiver.next(beginsIdr);
  await capture.startVideo(source);
  // The first picture is whole: every other one needs it.
  expect((await arriving).timestamp).toBe(receiver.packets[0]?.timestamp);
  await frames(receiver.next, 5);
  for (const packet of receiver.packets) {
    expect(packet).toMatchObject({ ssrc: source.rtp.ssrc, payloadType: 102 });
    expect(packet.bytes).toBeLessThanOrEqual(1200);
    // Twelve bits each of minimum and maximum: 0 and 0.
    expect(packet.extensions.get(5)).toEqual(Buffer.from([0, 0, 0]));
  }
});

test('[CP4] VP8 is captured too, and without the extension where nobody asked for it', async () => {
  await using scene = await openScene('VP8');
  const { capture, receiver, source } = scene;
  const arriving = receiver.next(() => true);
  await capture.startVideo({ ...source, rtp: { ...source.rtp, playoutDelayExtensionId: null } });
  const first = await arriving;
  expect(beginsVp8Keyframe(first)).toBe(true);
  expect(first.extensions.size).toBe(0);
});

test('[CP4] sender reports come to the same port from the same address', async () => {
  await using scene = await openScene();
  const { capture, receiver, source } = scene;
  await capture.startVideo(source);
  const report = await receiver.nextReport(10_000);
  expect(report.ssrc).toBe(source.rtp.ssrc);
});

test.each([
  ['H264', beginsIdr],
  ['VP8', beginsVp8Keyframe],
] as const)('[CP5] a keyframe of %s comes within 200 ms of its request, and none without', async (codec, begins) => {
  await using scene = await openScene(codec);
  const { capture, receiver, source } = scene;
  const pipeline = await capture.startVideo(source);
  await frames(receiver.next, 20);
  const pictures = new Set(receiver.packets.filter(begins).map(({ timestamp }) => timestamp));
  expect(pictures.size).toBe(1);
  const from = receiver.packets.length;
  const keyframe = receiver.next(begins);
  pipeline.requestKeyframe();
  await keyframe;
  const since = new Set(receiver.packets.slice(from).map(({ timestamp }) => timestamp));
  // In pictures, of which 30 come in a second, as a machine with much else to do takes its time for each.
  expect(since.size).toBeLessThanOrEqual(6);
});

test.each(['H264', 'VP8'] as const)('[CP6] a bitrate of %s that is set takes effect while it runs', async (codec) => {
  await using scene = await openScene(codec);
  const { capture, receiver, source } = scene;
  const pipeline = await capture.startVideo({ ...source, bitrateKbps: 3000 });
  await frames(receiver.next, 20);
  const high = await kbps(receiver, 30);
  pipeline.setBitrateKbps(200);
  // The rate control needs a while to get there.
  await frames(receiver.next, 45);
  const low = await kbps(receiver, 30);
  expect(low).toBeLessThan(high / 2);
});

test('[CP6] so does one that is set by text, for encoders whose bitrate is a part of something', async () => {
  await using scene = await openScene('H264');
  const { capture, receiver, source } = scene;
  const encoder = { ...source.encoder, bitrate: { property: 'bitrate', unitsPerKbps: 1, text: '{}' } };
  const pipeline = await capture.startVideo({ ...source, bitrateKbps: 3000, encoder });
  await frames(receiver.next, 20);
  const high = await kbps(receiver, 30);
  pipeline.setBitrateKbps(200);
  await frames(receiver.next, 45);
  expect(await kbps(receiver, 30)).toBeLessThan(high / 2);
});

test('[EN8] the time stamps of a pipeline that takes the place of another go on', async () => {
  await using scene = await openScene();
  const { capture, receiver, source } = scene;
  const pipeline = await capture.startVideo(source);
  await frames(receiver.next, 10);
  await pipeline.stop();
  const last = receiver.packets.at(-1)?.timestamp ?? 0;
  const arriving = receiver.next(() => true);
  await capture.startVideo(source);
  const step = ((await arriving).timestamp - last) >>> 0;
  expect(step).toBeGreaterThan(0);
  // The time that it took to start, at 90 kHz: far from a random number below 2 to the power of 32.
  expect(step).toBeLessThan(90_000 * 30);
});

test('[CP7] a pipeline that was stopped sends nothing more, and the same capture starts others, again from the same address', async () => {
  await using scene = await openScene();
  const { capture, receiver, source, failures } = scene;
  // More often than libuv has threads: none of them may be left waiting.
  for (let round = 0; round < 6; round++) {
    const arriving = receiver.next(() => true);
    const pipeline = await capture.startVideo(source);
    expect((await arriving).from).toBe(`127.0.0.2:${receiver.port}`);
    await pipeline.stop();
    await pipeline.stop();
  }
  const count = receiver.packets.length;
  await expect(receiver.next(() => true, 200)).rejects.toThrow('No RTP packet');
  expect(receiver.packets.length).toBe(count);
  expect(failures).toEqual([]);
});

/** Waits for so many whole frames. */
async function frames(next: (accept: (packet: RtpPacket) => boolean) => Promise<RtpPacket>, count: number): Promise<void> {
  let seen = 0;
  await next(({ marker }) => {
    if (marker) seen += 1;
    return seen === count;
  });
}

/** The bitrate of the next frames, by the clock of the pictures. */
async function kbps(
  { packets, next }: { packets: RtpPacket[]; next: (accept: (packet: RtpPacket) => boolean) => Promise<RtpPacket> },
  count: number,
): Promise<number> {
  const from = packets.length;
  await frames(next, count);
  const seconds = count / 30;
  return (packets.slice(from).reduce((sum, { bytes }) => sum + bytes, 0) * 8) / 1000 / seconds;
}

test('[MT14] the frames that were encoded are counted over all pipelines, and the bitrates that are aimed at add up', async () => {
  await using scene = await openScene();
  const { capture, receiver, source } = scene;
  expect([await capture.framesEncoded(), capture.targetKbps()]).toEqual([0, 0]);
  const pipeline = await capture.startVideo(source);
  await frames(receiver.next, 20);
  const first = await capture.framesEncoded();
  expect(first).toBeGreaterThanOrEqual(20);
  expect(capture.targetKbps()).toBe(2000);
  pipeline.setBitrateKbps(1500);
  expect(capture.targetKbps()).toBe(1500);
  await pipeline.stop();
  expect(capture.targetKbps()).toBe(0);
  const stopped = await capture.framesEncoded();
  expect(stopped).toBeGreaterThanOrEqual(first);
  await capture.startVideo(source);
  await frames(receiver.next, 20);
  expect(await capture.framesEncoded()).toBeGreaterThanOrEqual(stopped + 20);
});
