/** What is known of the time that a packet takes there and back. Milliseconds. */
export interface RoundTrip {
  lastMs: number | null;
  /** What the last one was longer than the shortest, which is that of an empty queue. */
  queueMs: number;
  /** Whether the last one is new: clients report about once a second. */
  fresh: boolean;
  /** How many in a row were longer by {@link longMs}: one alone may be a client that was busy. */
  long: number;
  /** Whether the last one, which is long, is also longer than the one before: a queue grows, a way that has become longer stays as it is. */
  grows: boolean;
  /** How many long ones in a row were about as long, and the shortest of them. */
  steady: { count: number; bestMs: number };
  /** When the last one came that had waited for next to nothing. */
  calmAtMs: number;
  /** The shortest in this stretch of time and in the one before, which has the shortest of a way that has become longer forgotten. */
  stretch: { sinceMs: number; bestMs: number; beforeMs: number };
}

const stretchMs = 15_000;
/** From this on a longer way is a queue, and up to this it is none. */
const longMs = 100;
const calmMs = 60;
/** What is longer than the one before by less is about as long. */
const growthMs = 30;
/** So many in a row that are about as long, however little was sent meanwhile, are no queue: the way has become longer. */
const longerWay = 3;

const unsteady = { count: 0, bestMs: Number.POSITIVE_INFINITY } as const;

export const unknownRoundTrip: RoundTrip = {
  lastMs: null,
  queueMs: 0,
  fresh: false,
  long: 0,
  grows: false,
  steady: unsteady,
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
  const grows = isLong && roundTripMs > (before.lastMs ?? 0) + growthMs;
  const steady = isLong ? steadied(before.steady, roundTripMs, grows) : unsteady;
  const last = { lastMs: roundTripMs, fresh: true, grows } as const;
  if (steady.count >= longerWay) {
    const anew = { sinceMs: atMs, bestMs: steady.bestMs, beforeMs: Number.POSITIVE_INFINITY };
    return { ...last, queueMs: roundTripMs - steady.bestMs, long: 0, steady: unsteady, calmAtMs: before.calmAtMs, stretch: anew };
  }
  const long = isLong ? before.long + 1 : 0;
  return { ...last, queueMs, long, steady, calmAtMs: queueMs < calmMs ? atMs : before.calmAtMs, stretch };
}

/** One that has grown is the first of those that may be about as long. */
const steadied = ({ count, bestMs }: RoundTrip['steady'], roundTripMs: number, grows: boolean): RoundTrip['steady'] =>
  grows ? { count: 1, bestMs: roundTripMs } : { count: count + 1, bestMs: Math.min(bestMs, roundTripMs) };
