import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startTestMedia } from '#tests/worker/media/support/host.ts';
import type { Media } from '#worker/media/media.ts';
import type { Ingest } from '#worker/media/room.ts';
import type { Streams } from '#worker/session/streams/streams.ts';
import { noteStreams } from './note-streams.ts';

let media: Media;
/** What the encoder was told to do. */
let told: string[];
let streams: Streams;

beforeAll(async () => {
  media = await startTestMedia();
});
afterAll(() => media?.close());
beforeEach(async () => {
  const room = await media.createRoom();
  told = [];
  streams = noteStreams({
    room: { ...room, openIngest: (codec) => room.openIngest(codec).then(keepAsker) },
    told,
    lingerMs: 300,
    pipeline: {
      requestKeyframe: () => told.push('keyframe'),
      setBitrateKbps: (kbps) => told.push(`${kbps} kbit/s`),
      hold: (on) => told.push(on ? 'hold' : 'go on'),
    },
  });
  onTestFinished(async () => {
    await streams.close();
    room.close();
  });
});

/** Asks as a peer does that is connected. */
let ask = (): void => undefined;
const keepAsker = (ingest: Ingest): Ingest => ({
  ...ingest,
  onKeyframeRequest: (listener) => {
    ask = listener;
  },
});

/** What is told of a client that is connected. */
function connect(): void {
  ask();
  streams.show('H264');
}

test('[SE18] an encoder that is started for a client to come codes nothing until that is connected', async () => {
  streams.prepare('H264', 60_000);
  await expect.poll(() => told).toEqual(['start H264', 'hold']);
  // What nobody has taken is not woken by one that is gone already.
  connect();
  await expect.poll(() => told).toEqual(['start H264', 'hold', 'keyframe']);
  await streams.acquire('H264');
  ask();
  await expect.poll(() => told.slice(3)).toEqual(['keyframe']);
  streams.show('H264');
  await expect.poll(() => told.slice(4)).toEqual(['go on']);
  streams.steer('H264', { kbps: 1000, hold: true, picture: { fps: 30, size: null } });
  await expect.poll(() => told.slice(5)).toEqual(['hold']);
  ask();
  await expect.poll(() => told.slice(6)).toEqual(['keyframe']);
});

test('[SE18] it ends where no client comes', async () => {
  streams.prepare('H264', 20);
  streams.prepare('H264', 60_000);
  await expect.poll(() => told).toEqual(['start H264', 'hold', 'stop H264']);
  expect(streams.running.size).toBe(0);
});

test('[SE19] a stream outlives its last client for a while, coding nothing, and the next one finds it running', async () => {
  await streams.acquire('H264');
  connect();
  await expect.poll(() => told).toEqual(['start H264', 'keyframe', 'go on']);
  streams.steer('H264', { kbps: 400, hold: false, picture: { fps: 30, size: null } });
  streams.release('H264');
  await streams.acquire('H264');
  connect();
  await expect.poll(() => told.slice(3)).toEqual(['400 kbit/s', 'hold', 'keyframe', 'go on']);
  streams.release('H264');
  await expect.poll(() => told.slice(7)).toEqual(['hold', 'stop H264']);
});
