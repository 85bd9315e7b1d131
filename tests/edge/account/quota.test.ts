import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Creations, decide, quotaError, type Usage } from '#edge/account/quota.ts';
import type { Quota } from '#shared/account.ts';

const nowMs = 1_800_000_000_250;
const second = 1_800_000_000;
const minuteMs = 60_000;

const quota = (change: Partial<Quota> = {}): Quota => ({ sessions: 10, creations_per_minute: 3, ...change });
const usage = (change: Partial<Usage> = {}): Usage => ({ live: 0, creations: [], ...change });

/** What an account asks for: how long after the one before, in milliseconds. */
const waits = fc.array(fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 90_000 })), { maxLength: 60 });

/** Asks at these times. @returns when it was let in, and what became of each request. */
function play(limits: Quota, gaps: readonly number[]) {
  let [at, creations]: [number, Creations] = [nowMs, []];
  const admitted: number[] = [];
  const refused: { at: number; retryAfterS: number; creations: Creations }[] = [];
  for (const gap of gaps) {
    at += gap;
    const decision = decide(limits, usage({ creations }), at);
    if (decision.ok) {
      admitted.push(at);
      creations = decision.creations;
    } else refused.push({ at, retryAfterS: decision.retryAfterS, creations });
  }
  return { admitted, refused, creations };
}

test('[QT1] an account has no more sessions at once than its quota', () => {
  expect(decide(quota(), usage({ live: 9 }), nowMs).ok).toBe(true);
  expect(decide(quota(), usage({ live: 10 }), nowMs)).toEqual({ ok: false, quota: 'sessions', retryAfterS: 10 });
  expect(decide(quota({ sessions: 0 }), usage(), nowMs).ok).toBe(false);
  // A quota that was lowered ends nothing, and lets nobody in.
  expect(decide(quota({ sessions: 2 }), usage({ live: 9 }), nowMs).ok).toBe(false);
});

test('[QT2] in no minute are there more creations than the quota says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), waits, (limit, gaps) => {
      const { admitted } = play(quota({ creations_per_minute: limit }), gaps);
      for (const [i, from] of admitted.entries()) {
        const within = admitted.slice(i).filter((at) => at - from < minuteMs).length;
        expect(within).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

test('[QT2] whoever keeps a second more than the distance is never refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 80 }), (limit, times) => {
      const gaps = Array.from({ length: times }, () => Math.ceil((minuteMs + 1000) / limit));
      expect(play(quota({ creations_per_minute: limit }), gaps).refused).toEqual([]);
    }),
  );
});

test('[QT3] who comes again when it was told to is let in, and not a second sooner', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), waits, (limit, gaps) => {
      const limits = quota({ creations_per_minute: limit });
      for (const { at, retryAfterS, creations } of play(limits, gaps).refused) {
        expect(retryAfterS).toBeGreaterThanOrEqual(1);
        expect(retryAfterS).toBeLessThanOrEqual(61);
        expect(decide(limits, usage({ creations }), at + retryAfterS * 1000).ok).toBe(true);
        expect(decide(limits, usage({ creations }), at + (retryAfterS - 1) * 1000).ok).toBe(false);
      }
    }),
  );
});

test('[QT4] what is kept of creations stays small, in order, and loses none of the last minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), waits, (limit, gaps) => {
      const { admitted, creations } = play(quota({ creations_per_minute: limit }), gaps);
      const seconds = creations.map(([at]) => at);
      expect(seconds).toEqual([...new Set(seconds)].toSorted((a, b) => a - b));
      expect(creations.length).toBeLessThanOrEqual(61);
      const lastMs = admitted.at(-1) ?? nowMs;
      const recent = admitted.filter((at) => lastMs - at < minuteMs).length;
      expect(creations.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(recent);
    }),
  );
});

test('[QT4] a clock that was set back blocks nobody', () => {
  const later: Creations = [[second + 3600, 3]];
  expect(decide(quota(), usage({ creations: later }), nowMs)).toEqual({ ok: true, creations: [[second, 1]] });
});

test('[QT3] a refusal says which quota is used up; a quota of nothing is told to wait a minute', () => {
  const none = quota({ creations_per_minute: 0 });
  const refused = decide(none, usage(), nowMs);
  if (refused.ok) throw new Error('it was let in');
  expect(refused).toEqual({ ok: false, quota: 'creations_per_minute', retryAfterS: 60 });
  expect(quotaError(refused, none)).toMatchObject({
    ...{ code: 'rate_limited', status: 429, retryAfterS: 60 },
    message: "The account's quota of 0 creations a minute is used up.",
  });
  const full = quotaError({ ok: false, quota: 'sessions', retryAfterS: 10 }, quota());
  expect(full.message).toBe("The account's quota of 10 sessions at once is used up.");
});
