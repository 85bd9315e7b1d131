/** What is known of the time that a packet takes there and back. Milliseconds. */
export interface RoundTrip {
  lastMs: number | null;
  /** What the last one was longer than the shortest, which is that of an empty queue. */
  queueMs: number;
  /** Whether the last one is new: clients report about once a second. */
  fresh: boolean;
  /** How many in a row were longer by {@link longMs}: one alone may be a client that was busy. */
  long: number;
  /** When the last one came that had waited for next to nothing. */
  calmAtMs: number;
  /** The shortest in this stretch of time and in the one before, which has the shortest of a way that has become longer forgotten. */
  stretch: { sinceMs: number; bestMs: number; beforeMs: number };
}

const stretchMs = 15_000;
/** From this on a longer way is a queue, and up to this it is none. */
const longMs = 100;
const calmMs = 60;

export const unknownRoundTrip: RoundTrip = {
  lastMs: null,
  queueMs: 0,
  fresh: false,
  long: 0,
  calmAtMs: Number.NEGATIVE_INFINITY,
  stretch: { sinceMs: Number.NEGATIVE_INFINITY, bestMs: Number.POSITIVE_INFINITY, beforeMs: Number.POSITIVE_INFINITY },
};

export function readRoundTrip(before: RoundTrip, { atMs, roundTripMs }: { atMs: number; roundTripMs: number | null }): RoundTrip {
  if (roundTripMs === null || roundTripMs === before.lastMs) return { ...before, fresh: false };
  const { sinceMs, bestMs, beforeMs } = before.stretch;
  const stretch =
    atMs - sinceMs > stretchMs
      ? { sinceMs: atMs, bestMs: roundTripMs, beforeMs: bestMs }
      : { sinceMs, bestMs: Math.min(bestMs, roundTripMs), beforeMs };
  const queueMs = roundTripMs - Math.min(stretch.bestMs, stretch.beforeMs);
  return {
    lastMs: roundTripMs,
    queueMs,
    fresh: true,
    long: queueMs > longMs ? before.long + 1 : 0,
    calmAtMs: queueMs < calmMs ? atMs : before.calmAtMs,
    stretch,
  };
}
