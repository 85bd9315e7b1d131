import { expect, test } from 'vitest';
import { type Carried, listen, Silences } from '#worker/session/bandwidth/silence.ts';

/** Looks ten times a second at a client that is sent 100 kB/s, and is heard as `isHeard` says. @returns when it was told to be back. */
function watch(isHeard: (atMs: number) => boolean, { bytesEach = 10_000 } = {}): number[] {
  let carried: Carried = { atMs: 0, sentBytes: 0, receivedBytes: 0 };
  let heard: Carried | null = null;
  const backAtMs: number[] = [];
  for (let atMs = 0; atMs < 10_000; atMs += 100) {
    const { sentBytes, receivedBytes } = carried;
    carried = { atMs, sentBytes: sentBytes + bytesEach, receivedBytes: receivedBytes + (isHeard(atMs) ? 50 : 0) };
    const result = listen(heard, carried);
    heard = result.heard;
    if (result.isBack) backAtMs.push(atMs);
  }
  return backAtMs;
}

test('[BW23] a client that was cut off is told of once, at the first sign of life', () => {
  expect(watch((atMs) => atMs < 3000 || atMs >= 5000)).toEqual([5000]);
});

test('[BW23] reports that come seldom are no silence, nor is one of a client that is sent next to nothing', () => {
  expect(watch((atMs) => atMs % 900 === 0)).toEqual([]);
  expect(watch((atMs) => atMs % 2000 === 0, { bytesEach: 100 })).toEqual([]);
});

test('[BW23] a new connection, and one that is gone, begin anew', () => {
  const back: string[] = [];
  const silences = new Silences((client: string) => back.push(client));
  silences.look('one', { atMs: 0, sentBytes: 0, receivedBytes: 500 });
  silences.look('one', { atMs: 5000, sentBytes: 500_000, receivedBytes: 10 });
  silences.look('one', null);
  silences.look('one', { atMs: 9000, sentBytes: 900_000, receivedBytes: 20 });
  expect(back).toEqual([]);
  silences.look('one', { atMs: 11_000, sentBytes: 990_000, receivedBytes: 30 });
  expect(back).toEqual(['one']);
});
