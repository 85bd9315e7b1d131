import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fitness, judge, unknownFitness } from '#worker/session/bandwidth/layer.ts';
import { lowPictureOf } from '#worker/session/bandwidth/low-picture.ts';

const stepMs = 500;

/** What a guest's link tells for a while, and what the main stream takes. */
interface Stretch {
  seconds: number;
  estimateKbps: number | null;
  /** What is sent to the guest. Default: what the stream takes that it gets: the low one takes 400. */
  sentKbps?: number;
  mainKbps?: number;
  loss?: number;
  roundTripMs?: number | null;
}

interface Moment {
  atMs: number;
  fitness: Fitness;
}

function run(...stretches: Stretch[]): Moment[] {
  const all: Moment[] = [{ atMs: 0, fitness: unknownFitness(0) }];
  for (const { seconds, estimateKbps, sentKbps, mainKbps = 3000, loss = 0, roundTripMs = 40 } of stretches) {
    for (let step = 0; step < (seconds * 1000) / stepMs; step += 1) {
      const before = all.at(-1)?.fitness ?? unknownFitness(0);
      const atMs = all.length * stepMs;
      const kbps = sentKbps ?? (before.layer === 'main' ? mainKbps : 400);
      const sentBytes = before.sentBytes + (kbps * stepMs) / 8;
      const known = roundTripMs === null ? null : roundTripMs + (Math.floor(atMs / 1000) % 7) / 10;
      const sample = { atMs, availableKbps: estimateKbps, sentBytes, loss, roundTripMs: known };
      all.push({ atMs, fitness: judge(before, sample, mainKbps) });
    }
  }
  return all;
}

/** When the stream was changed, in milliseconds. */
const moves = (all: Moment[]): { atMs: number; to: string }[] =>
  all.flatMap(({ atMs, fitness: { layer } }, index) =>
    layer === (all[index - 1]?.fitness.layer ?? 'main') ? [] : [{ atMs, to: layer }],
  );

const good: Stretch = { seconds: 10, estimateKbps: 4000 };
const bad: Stretch = { seconds: 5, estimateKbps: 700 };

test('[BW17] a link that carries less than is sent gets the low stream within a second and a half, a good one never', () => {
  expect(moves(run(good))).toEqual([]);
  // A little below what is sent is where estimates are.
  expect(moves(run({ ...good, estimateKbps: 2700 }))).toEqual([]);
  const [first] = moves(run(good, bad));
  expect(first?.to).toBe('low');
  expect(first?.atMs).toBeLessThanOrEqual(11_500);
  // What is estimated while next to nothing is sent says nothing.
  expect(moves(run(good, { ...bad, sentKbps: 100 }))).toEqual([]);
});

test('[BW17] a connection’s first estimates are guesses, but heavy losses count from the first', () => {
  expect(moves(run({ seconds: 3, estimateKbps: 700 }, good))).toEqual([]);
  expect(moves(run({ seconds: 3, estimateKbps: 700, loss: 0.3 }))).toEqual([{ atMs: 1500, to: 'low' }]);
});

test('[BW17] a moment of trouble moves nobody', () => {
  expect(moves(run(good, { ...bad, seconds: 0.5 }, good, { ...good, seconds: 0.5, loss: 0.4 }, good))).toEqual([]);
});

test('[BW18] a link that has got better gets the main stream again, when it carries its peaks too', () => {
  const [, second] = moves(run(good, bad, { ...good, seconds: 30 }));
  expect(second?.to).toBe('main');
  // At least ten seconds on the low one.
  expect(second?.atMs).toBeGreaterThanOrEqual(20_000);
  expect(second?.atMs).toBeLessThan(26_000);
  // It would carry what the picture takes now, but not what it took a while ago.
  const peak: Stretch = { seconds: 1, estimateKbps: 1200, mainKbps: 3000 };
  const calm: Stretch = { seconds: 9, estimateKbps: 1200, mainKbps: 300 };
  expect(moves(run(good, bad, peak, calm, peak, calm, peak, calm)).length).toBe(1);
  expect(moves(run(good, bad, peak, { ...calm, seconds: 30 })).at(-1)?.to).toBe('main');
});

test('[BW19] each time that the main stream was tried in vain has the next one wait for longer', () => {
  const trouble: Stretch = { seconds: 3, estimateKbps: null, loss: 0.3 };
  // Without an estimate there is nothing but to try.
  const fine: Stretch = { seconds: 1, estimateKbps: null };
  const stays: number[] = [];
  const all = run(trouble);
  let state = all.at(-1)?.fitness ?? unknownFitness(0);
  let [atMs, fellAtMs] = [3000, 1500];
  while (stays.length < 6) {
    atMs += stepMs;
    const { loss = 0 } = state.layer === 'main' ? trouble : fine;
    const next = judge(state, { atMs, availableKbps: null, sentBytes: 0, loss, roundTripMs: null }, 3000);
    if (next.layer === 'main' && state.layer === 'low') stays.push(atMs - fellAtMs);
    if (next.layer === 'low' && state.layer === 'main') fellAtMs = atMs;
    state = next;
  }
  expect(stays.map((ms) => Math.round(ms / 10_000))).toEqual([1, 2, 4, 8, 12, 12]);
});

test('[BW20] the low stream has half of the screen each way, half as often, and in even numbers', () => {
  expect(lowPictureOf({ width: 1280, height: 720, fps: 60 })).toEqual({ width: 640, height: 360, fps: 30 });
  expect(lowPictureOf({ width: 1366, height: 768, fps: 30 })).toEqual({ width: 684, height: 384, fps: 15 });
  expect(lowPictureOf({ width: 640, height: 480, fps: 15 })).toEqual({ width: 320, height: 240, fps: 10 });
  const screen = fc.record({
    width: fc.integer({ min: 2, max: 8192 }),
    height: fc.integer({ min: 2, max: 8192 }),
    fps: fc.integer({ min: 1, max: 240 }),
  });
  fc.assert(
    fc.property(screen, (whole) => {
      const { width, height, fps } = lowPictureOf(whole);
      expect([width % 2, height % 2]).toEqual([0, 0]);
      expect(fps).toBeLessThanOrEqual(whole.fps);
      expect(Math.min(width, height, fps)).toBeGreaterThanOrEqual(1);
    }),
  );
});
