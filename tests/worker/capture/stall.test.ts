import { expect, test } from 'vitest';
import { type EncoderFlow, type StallVerdict, startStallWatch, watchStall } from '#worker/capture/child/stall.ts';

const limitMs = 800;

/** What is thought of an encoder that was seen so, every tenth of a second. */
function verdicts(flows: readonly (readonly [taken: number, coded: number])[], elapsedMs = 100): StallVerdict[] {
  let watch = startStallWatch;
  return flows.map(([taken, coded]) => {
    const flow: EncoderFlow = { taken, coded };
    const next = watchStall(watch, flow, elapsedMs, limitMs);
    watch = next.watch;
    return next.verdict;
  });
}

const times = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => of(index));

test('[CP25] an encoder that puts out frames, or has none, is fine for ever', () => {
  const moving = times(100, (index) => [index + 1, index] as const);
  expect(new Set(verdicts([...moving, ...times(100, () => [100, 100] as const)]))).toEqual(new Set(['fine']));
});

test('[CP25] one that takes frames and puts out none is prodded, then hangs', () => {
  expect(verdicts([[5, 5], ...times(8, (index) => [6 + index, 5] as const)])).toEqual([
    ...times(4, () => 'fine'),
    ...times(4, () => 'prod'),
    'hangs',
  ]);
});

test('[CP25] one that takes no frame more hangs as well', () => {
  expect(verdicts([[5, 5], ...times(8, () => [6, 5] as const)]).at(-1)).toBe('hangs');
});

test('[CP25] one that keeps a frame until the next is prodded once, and left alone from then on', () => {
  const keeps = [...times(5, () => [6, 5] as const), [7, 6] as const, ...times(50, () => [7, 6] as const)];
  expect(verdicts([[5, 5], ...keeps]).filter((verdict) => verdict !== 'fine')).toEqual(['prod', 'prod']);
});

test('[CP25] it is no hang where nobody looked for long', () => {
  expect(
    verdicts(
      [
        [5, 5],
        [6, 5],
        [6, 5],
        [7, 7],
      ],
      5000,
    ),
  ).toEqual(['fine', 'fine', 'prod', 'fine']);
});
