import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bandwidth, type BitrateLimits, decide, type LinkSample, startBandwidth } from '#worker/session/bandwidth/decide.ts';

const limits: BitrateLimits = { minKbps: 150, maxKbps: 6000 };
const stepMs = 100;

/** What a link tells for a while, a tenth of a second at a time. */
interface Stretch {
  seconds: number;
  estimateKbps: number | null;
  sentKbps: number;
  loss?: number;
  roundTripMs?: number | null;
}

/** The decisions of all that time, from `from` on. */
function run(from: Bandwidth, ...stretches: Stretch[]): Bandwidth[] {
  const all: Bandwidth[] = [];
  let now = from;
  let atMs = from.history.at(-1)?.atMs ?? 0;
  for (const { seconds, estimateKbps, sentKbps, loss = 0, roundTripMs = 40 } of stretches) {
    for (let step = 0; step < seconds * 10; step += 1) {
      atMs += stepMs;
      const sentBytes = now.sentBytes + (sentKbps * stepMs) / 8;
      // Reports of the round trip come once a second, and are never quite alike.
      const known = roundTripMs === null ? null : roundTripMs + (Math.floor(atMs / 1000) % 7) / 10;
      now = decide(now, { atMs, availableKbps: estimateKbps, sentBytes, loss, roundTripMs: known }, limits);
      all.push(now);
    }
  }
  return all;
}

const last = (all: Bandwidth[]): Bandwidth => all.at(-1) ?? startBandwidth(0);
const settled = (kbps: number): Bandwidth =>
  last(run(startBandwidth(kbps), { seconds: 3, estimateKbps: kbps / 0.88, sentKbps: kbps }));

const sample = fc.record({
  elapsedMs: fc.integer({ min: 1, max: 2000 }),
  availableKbps: fc.option(fc.double({ min: 0, max: 50_000, noNaN: true })),
  sentBytes: fc.integer({ min: 0, max: 1_000_000 }),
  loss: fc.double({ min: 0, max: 1, noNaN: true }),
  roundTripMs: fc.option(fc.double({ min: 0, max: 5000, noNaN: true })),
});

/** Every state and the one after it, whatever a link may tell. */
function walk(
  samples: readonly (LinkSample & { elapsedMs: number })[],
  visit: (before: Bandwidth, after: Bandwidth, elapsedMs: number) => void,
): void {
  let state = startBandwidth(3000);
  let atMs = 0;
  let sentBytes = 0;
  for (const { elapsedMs, ...one } of samples) {
    atMs += elapsedMs;
    sentBytes += one.sentBytes;
    const next = decide(state, { ...one, atMs, sentBytes }, limits);
    visit(state, next, elapsedMs);
    state = next;
  }
}

const samples = fc.array(
  sample.map((one) => ({ ...one, atMs: 0 })),
  { maxLength: 60 },
);

test('[BW1] whatever a link tells, the bitrate is within its limits', () => {
  fc.assert(
    fc.property(samples, (all) => {
      walk(all, (_, { kbps }) => {
        expect(kbps).toBeGreaterThanOrEqual(limits.minKbps);
        expect(kbps).toBeLessThanOrEqual(limits.maxKbps);
      });
    }),
  );
});

test('[BW2] an estimate that collapses takes the bitrate with it at once, and what waits is waited for', () => {
  const [first, ...rest] = run(settled(4000), { seconds: 3, estimateKbps: 900, sentKbps: 0 });
  expect(first).toMatchObject({ hold: true, halt: true });
  expect(first?.kbps).toBeLessThanOrEqual(900);
  expect(last(rest)).toMatchObject({ hold: false, halt: false });
});

test('[BW2] an estimate that falls in small steps is followed faster than it falls', () => {
  const steps = [6800, 5800, 4900, 4200].map((estimateKbps): Stretch => ({ seconds: 0.3, estimateKbps, sentKbps: 5000 }));
  const { kbps } = last(run(settled(5000), { seconds: 2, estimateKbps: 8000, sentKbps: 5000 }, ...steps));
  expect(kbps).toBeLessThan(2500);
});

test('[BW3] nobody waits for a queue for longer than two seconds, whatever a link tells', () => {
  fc.assert(
    fc.property(samples, (all) => {
      let heldMs = 0;
      walk(all, (before, after, elapsedMs) => {
        heldMs = before.hold ? heldMs + elapsedMs : 0;
        if (after.hold) expect(heldMs).toBeLessThanOrEqual(2000);
        if (after.halt) expect(after.hold).toBe(true);
      });
    }),
  );
});

test('[BW4] the bitrate at most doubles in a second, and does not grow within a second of a sign of strain, nor while it is held', () => {
  fc.assert(
    fc.property(samples, (all) => {
      let atMs = 0;
      walk(all, (before, after, elapsedMs) => {
        atMs += elapsedMs;
        expect(after.kbps).toBeLessThanOrEqual(before.kbps * (1 + elapsedMs / 1000) + 0.001);
        if (before.hold || atMs - before.strainedAtMs < 1000) expect(after.kbps).toBeLessThanOrEqual(before.kbps);
      });
    }),
  );
});

test('[BW5] an estimate that allows more is followed, also while a still picture needs next to nothing', () => {
  const still = run(startBandwidth(1000), { seconds: 5, estimateKbps: 5000, sentKbps: 50 });
  expect(last(still).kbps).toBe(5000 * 0.88);
  // What is low only because little was sent is no sign of a bad link.
  const low = run(startBandwidth(3000), { seconds: 20, estimateKbps: 500, sentKbps: 50 });
  expect(low.every(({ kbps, hold }) => kbps === 3000 && !hold)).toBe(true);
});

test('[BW6] a jump of the estimate for a moment, and one long round trip, are no signs of strain', () => {
  const jumps = Array.from({ length: 5 }, (): Stretch[] => [
    { seconds: 0.1, estimateKbps: 6500, sentKbps: 3000 },
    { seconds: 0.9, estimateKbps: 6000, sentKbps: 3000 },
  ]).flat();
  expect(last(run(settled(3000), ...jumps)).kbps).toBeGreaterThan(5000);
  const before = settled(3000);
  const one = run(before, { seconds: 0.1, estimateKbps: 3400, sentKbps: 3000, roundTripMs: 400 });
  expect(last(one).kbps).toBe(before.kbps);
  const growing = [450, 500, 550].map(
    (roundTripMs): Stretch => ({ seconds: 1, estimateKbps: 3400, sentKbps: 3000, roundTripMs }),
  );
  const more = run(last(one), ...growing);
  expect(last(more).kbps).toBeLessThan(before.kbps * 0.9);
});

test('[BW6] a way that has become longer for good is no queue', () => {
  const before = settled(3000);
  const longer = run(before, { seconds: 30, estimateKbps: 3400, sentKbps: 1000, roundTripMs: 240 });
  expect(last(longer).kbps).toBeGreaterThan(2500);
  expect(Math.min(...longer.map(({ kbps }) => kbps))).toBeGreaterThan(1500);
});

test('[BW7] more than the estimate is sent only where it is made use of, and after a failure later than before', () => {
  const used: Stretch = { seconds: 6, estimateKbps: 1000, sentKbps: 900 };
  const before = settled(900);
  const grown = last(run(before, used));
  expect(grown.kbps).toBeGreaterThan(1000);
  const still = run(before, { ...used, sentKbps: 300 });
  expect(last(still).kbps).toBe(still[10]?.kbps);
  const failed = last(run(grown, { seconds: 0.1, estimateKbps: 900, sentKbps: 1000 }));
  const waiting = run(failed, { ...used, seconds: 5, estimateKbps: failed.kbps / 0.88, sentKbps: failed.kbps });
  expect(last(waiting).kbps).toBeCloseTo(failed.kbps);
});

test('[BW8] without an estimate heavy losses count, and light ones do not', () => {
  const start = startBandwidth(3000);
  const heavy = run(start, { seconds: 4, estimateKbps: null, sentKbps: 3000, loss: 0.3 });
  expect(last(heavy).kbps).toBeLessThan(2500);
  const light = run(start, { seconds: 8, estimateKbps: null, sentKbps: 3000, loss: 0.02 });
  expect(last(light).kbps).toBeGreaterThan(3000);
});

test('[BW8] a connection that counts anew is no flood', () => {
  const before = settled(3000);
  const after = decide(
    before,
    { atMs: (before.history.at(-1)?.atMs ?? 0) + 100, availableKbps: 3400, sentBytes: 10, loss: 0, roundTripMs: 40 },
    limits,
  );
  expect(after.history.at(-1)?.sentKbit).toBe(0);
});
