/** What is known of the time that a packet takes there and back. Milliseconds. */
export interface RoundTrip {
  lastMs: number | null;
  /** What the last one was longer than the shortest, which is that of an empty queue. */
  queueMs: number;
  /** Whether the last one is new: clients report about once a second. */
  fresh: boolean;
  /** How many in a row were longer by {@link longMs}: one alone may be a client that was busy. */
  long: number;
  /** The shortest of those. */
  longBestMs: number;
  /** When the last one came that had waited for next to nothing. */
  calmAtMs: number;
  /** The shortest in this stretch of time and in the one before, which has the shortest of a way that has become longer forgotten. */
  stretch: { sinceMs: number; bestMs: number; beforeMs: number };
}

const stretchMs = 15_000;
/** From this on a longer way is a queue, and up to this it is none. */
const longMs = 100;
const calmMs = 60;
/** So many in a row, however little was sent meanwhile, are no queue: the way has become longer. */
const longerWay = 4;

export const unknownRoundTrip: RoundTrip = {
  lastMs: null,
  queueMs: 0,
  fresh: false,
  long: 0,
  longBestMs: Number.POSITIVE_INFINITY,
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
  const isLong = queueMs > longMs;
  const long = isLong ? before.long + 1 : 0;
  const longBestMs = isLong ? Math.min(before.longBestMs, roundTripMs) : Number.POSITIVE_INFINITY;
  const last = { lastMs: roundTripMs, fresh: true } as const;
  if (long >= longerWay) {
    const anew = { sinceMs: atMs, bestMs: longBestMs, beforeMs: Number.POSITIVE_INFINITY };
    const queue = { queueMs: roundTripMs - longBestMs, long: 0, longBestMs: Number.POSITIVE_INFINITY };
    return { ...last, ...queue, calmAtMs: before.calmAtMs, stretch: anew };
  }
  return { ...last, queueMs, long, longBestMs, calmAtMs: queueMs < calmMs ? atMs : before.calmAtMs, stretch };
}
