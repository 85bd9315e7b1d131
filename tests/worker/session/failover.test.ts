import { expect, onTestFinished, test } from 'vitest';
import type { AppError } from '#shared/errors.ts';
import { jsonLogger } from '#shared/log.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { openScene } from '#tests/worker/capture/harness.ts';
import { openClient } from '#tests/worker/media/support/browser.ts';
import { recordPeer } from '#tests/worker/media/support/host.ts';
import { useMedia } from '#tests/worker/media/support/use-media.ts';
import { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { UsableEncoder } from '#worker/capture/encoders/usable.ts';
import { Streams } from '#worker/session/streams/streams.ts';
import { startVideo } from '#worker/session/streams/video.ts';

/** The way of a session from a display to a browser, with encoders that give up while they run. */
const setup = useMedia();
const soon = { timeout: 20_000, interval: 50 };
const settings = { width: 640, height: 360, fps: 30, bitrateKbps: 2000 };

/** An encoder that works, and one of the same codec that gives up after so many frames. */
async function sound(codec: 'H264' | 'VP8'): Promise<UsableEncoder> {
  const encoder = await softwareEncoder(codec, settings);
  return { name: encoder.name, codec, vendor: 'software', describe: () => encoder };
}
async function failing(name: string, frames: number): Promise<UsableEncoder> {
  const encoder = await softwareEncoder('H264', settings);
  const text = `identity name=encoder error-after=${frames} ! ${encoder.text.replace(' name=encoder', '')}`;
  return { name, codec: 'H264', vendor: 'nvidia', describe: () => ({ ...encoder, name, text, bitrate: null }) };
}

async function openSession(encoders: UsableEncoder[]) {
  const scene = await openScene();
  onTestFinished(() => scene[Symbol.asyncDispose]());
  const { room } = setup;
  const pool = new EncoderPool(
    encoders,
    jsonLogger(() => undefined, 'error'),
  );
  const failures: AppError[] = [];
  const starts: string[] = [];
  const streams = new Streams({
    room,
    capture: () => Promise.resolve(scene.capture),
    start: async (capture, { codec, port, ssrc, payloadType, playoutDelayExtensionId }, { onBroken }) => {
      if (codec === 'OPUS') throw new Error('not asked for');
      starts.push(codec);
      const rtp = { port, ssrc, payloadType, playoutDelayExtensionId };
      return await startVideo(capture, { ...scene.source, codec, rtp }, pool, onBroken);
    },
    startRate: () => ({ kbps: settings.bitrateKbps, picture: { fps: 30, size: null } }),
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(() => streams.close());
  const watch = async (codec: 'H264' | 'VP8') => {
    const video = await streams.acquire(codec);
    const { peer } = await recordPeer(room, { video, onSending: () => streams.show(codec) });
    const client = await openClient(setup.browser);
    expect(await client.connect(peer)).toBe('accepted');
    return client;
  };
  return { scene, pool, failures, starts, streams, watch };
}

test('[EN7] an encoder that gives up is followed by the next one, and the picture goes on for those who watch', async () => {
  const { scene, pool, failures, starts, watch } = await openSession([
    await failing('first', 45),
    await failing('second', 1),
    await sound('H264'),
    await sound('VP8'),
  ]);
  const [client, other] = [await watch('H264'), await watch('VP8')];
  await expect.poll(() => pool.of('H264').map(({ name }) => name), soon).toEqual(['x264enc', 'first', 'second']);
  const { framesDecoded: before } = await client.stats();
  await expect.poll(async () => (await client.stats()).framesDecoded - before, soon).toBeGreaterThan(60);
  const { framesDecoded: beside } = await other.stats();
  await expect.poll(async () => (await other.stats()).framesDecoded - beside, soon).toBeGreaterThan(10);
  // In the same process, and without a word to the other codec's pipeline, which may have started before or after the failure.
  expect(starts.toSorted()).toEqual(['H264', 'H264', 'VP8']);
  expect({ failures, told: scene.failures }).toEqual({ failures: [], told: [] });
  expect(pool.states.map(({ failure }) => failure !== null)).toEqual([true, true, false, false]);
  await Promise.all([client.page.close(), other.page.close()]);
});

test('[EN7] where no other encoder is left, the failure is told', async () => {
  const { failures, watch } = await openSession([await failing('only', 20)]);
  const client = await watch('H264');
  await expect.poll(() => failures.length, soon).toBe(1);
  expect(failures[0]?.message).toContain('The capture broke: ');
  await client.page.close();
});

test('[EN7] an encoder that gives up before anybody watches is followed by the next one', async () => {
  const { pool, failures, streams, watch } = await openSession([await failing('first', 1), await sound('H264')]);
  streams.prepare('H264', 60_000);
  await expect.poll(() => pool.of('H264').map(({ name }) => name), soon).toEqual(['x264enc', 'first']);
  const client = await watch('H264');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(10);
  expect(failures).toEqual([]);
  await client.page.close();
});
