import { expect, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import type { Vendor } from '#worker/capture/encoders/candidate.ts';
import { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { UsableEncoder } from '#worker/capture/encoders/usable.ts';
import type { VideoCodec } from '#worker/capture/video-codec.ts';

const encoder = (name: string, codec: VideoCodec, vendor: Vendor): UsableEncoder => ({
  name,
  codec,
  vendor,
  describe: () => ({ name, input: 'videoconvert', text: name, bitrate: null, silentMs: 1000 }),
});

const minute = 60_000;

function openPool() {
  const clock = { now: 0 };
  const said: string[] = [];
  const pool = new EncoderPool(
    [encoder('nvh264enc', 'H264', 'nvidia'), encoder('x264enc', 'H264', 'software'), encoder('vp8enc', 'VP8', 'software')],
    jsonLogger((line) => said.push(line), 'warn'),
    () => clock.now,
  );
  return { pool, clock, said, order: () => pool.of('H264').map(({ name }) => name) };
}

test('[EN6] an encoder that fails is passed over for a while, by all, and the host says so', () => {
  const { pool, clock, said, order } = openPool();
  expect(order()).toEqual(['nvh264enc', 'x264enc']);
  expect(pool.codecs).toEqual([
    { codec: 'H264', vendor: 'nvidia' },
    { codec: 'VP8', vendor: 'software' },
  ]);
  pool.failed('nvh264enc', 'No session is left.');
  expect(order()).toEqual(['x264enc', 'nvh264enc']);
  expect(pool.codecs[0]).toEqual({ codec: 'H264', vendor: 'software' });
  expect(pool.states[0]).toEqual({ name: 'nvh264enc', codec: 'H264', failure: 'No session is left.' });
  expect(said.join()).toContain('encoder.passed-over');
  clock.now += minute;
  expect(order()).toEqual(['nvh264enc', 'x264enc']);
  expect(pool.states[0]?.failure).toBeNull();
});

test('[EN6] one that fails again is passed over for twice as long', () => {
  const { pool, clock, order } = openPool();
  pool.failed('nvh264enc', 'once');
  clock.now += minute;
  pool.failed('nvh264enc', 'twice');
  clock.now += minute;
  expect(order()[0]).toBe('x264enc');
  clock.now += minute;
  expect(order()[0]).toBe('nvh264enc');
});

test('[EN6] where all of a codec have failed they are tried all the same', () => {
  const { pool, order } = openPool();
  pool.failed('nvh264enc', 'a');
  expect(pool.hasWorking('H264')).toBe(true);
  pool.failed('x264enc', 'b');
  expect(pool.hasWorking('H264')).toBe(false);
  expect(pool.hasWorking('VP8')).toBe(true);
  expect(order()).toHaveLength(2);
});
