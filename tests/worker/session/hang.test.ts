import { expect, onTestFinished, test } from 'vitest';
import { built } from '#infra/config.ts';
import type { AppError } from '#shared/errors.ts';
import { jsonLogger } from '#shared/log.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { hanging, onceTold } from '#tests/support/hanging-encoder.ts';
import { openScene } from '#tests/worker/capture/harness.ts';
import { openClient } from '#tests/worker/media/support/browser.ts';
import { recordPeer } from '#tests/worker/media/support/host.ts';
import { useMedia } from '#tests/worker/media/support/use-media.ts';
import { EncoderPool } from '#worker/capture/encoders/pool.ts';
import { CaptureKeeper } from '#worker/session/streams/capture-keeper.ts';
import { Streams } from '#worker/session/streams/streams.ts';
import { startVideo } from '#worker/session/streams/video.ts';

const setup = useMedia();
const soon = { timeout: 20_000, interval: 50 };
const settings = { width: 640, height: 360, fps: 30, bitrateKbps: 2000 };
const picture = { fps: 30, size: null } as const;

test('[EN11] an encoder that hangs without a word is followed by the next one, in a new process, for those who watch', async () => {
  const scene = await openScene();
  onTestFinished(() => scene[Symbol.asyncDispose]());
  const encoder = await softwareEncoder('H264', settings);
  const log = jsonLogger(() => undefined, 'error');
  const pool = new EncoderPool(
    [
      { name: 'first', codec: 'H264', vendor: 'nvidia', describe: () => hanging.blocks({ ...encoder, name: 'first' }, 700) },
      { name: 'second', codec: 'H264', vendor: 'software', describe: () => ({ ...encoder, name: 'second' }) },
    ],
    log,
  );
  const failures: AppError[] = [];
  const captures = new CaptureKeeper({
    gstreamerPlugins: built.gstreamerPlugins,
    enter: [],
    log,
    onRestart: () => streams.restart(),
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(() => captures.close());
  const streams: Streams = new Streams({
    room: setup.room,
    capture: () => captures.current(),
    start: async (capture, { port, ssrc, payloadType, playoutDelayExtensionId }, { onBroken }) => {
      const rtp = { port, ssrc, payloadType, playoutDelayExtensionId };
      return await startVideo(capture, { ...scene.source, rtp }, pool, onBroken);
    },
    startRate: () => ({ kbps: settings.bitrateKbps, picture }),
    onFailure: (error) => failures.push(error),
  });
  onTestFinished(() => streams.close());
  const video = await streams.acquire('H264');
  const { peer } = await recordPeer(setup.room, { video, onSending: () => streams.show('H264') });
  const client = await openClient(setup.browser);
  expect(await client.connect(peer)).toBe('accepted');
  await expect.poll(async () => (await client.stats()).framesDecoded, soon).toBeGreaterThan(10);
  const { pid } = await captures.current();

  streams.steer('H264', { kbps: onceTold, hold: false, picture });
  await expect
    .poll(() => pool.states.map(({ failure }) => failure), soon)
    .toEqual([expect.stringContaining('the encoder first hangs'), null]);
  const { framesDecoded: before } = await client.stats();
  await expect.poll(async () => (await client.stats()).framesDecoded - before, soon).toBeGreaterThan(30);
  expect((await captures.current()).pid).not.toBe(pid);
  expect(failures).toEqual([]);
  await client.page.close();
});
