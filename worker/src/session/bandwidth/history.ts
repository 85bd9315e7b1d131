/** What was measured at one moment. Times in milliseconds of one clock, amounts in kbit and kbit/s. */
export interface Point {
  atMs: number;
  /** What was sent since the point before. */
  sentKbit: number;
  /** What the link was estimated to carry; null where nothing is known. */
  estimateKbps: number | null;
}

/** The points of the last two seconds, the oldest first: as long as a narrowing takes to be seen. */
export type History = readonly Point[];

const keptMs = 2000;

export const remember = (history: History, point: Point): History => [
  ...history.filter(({ atMs }) => atMs > point.atMs - keptMs),
  point,
];

/** What was sent, over the last `ms`. */
export function sentKbps(history: History, ms: number): number {
  const endMs = history.at(-1)?.atMs ?? 0;
  const first = Math.max(
    1,
    history.findIndex(({ atMs }) => atMs > endMs - ms),
  );
  const startMs = history[first - 1]?.atMs ?? endMs;
  const kbit = history.slice(first).reduce((sum, { sentKbit }) => sum + sentKbit, 0);
  return endMs === startMs ? 0 : (kbit * 1000) / (endMs - startMs);
}

/** The lowest estimate of the last `ms`; it jumps up for a moment whenever a probe is judged. */
export function lowestKbps(history: History, ms: number): number | null {
  const endMs = history.at(-1)?.atMs ?? 0;
  const estimates = history.flatMap(({ atMs, estimateKbps }) =>
    atMs > endMs - ms && estimateKbps !== null ? [estimateKbps] : [],
  );
  return estimates.length === 0 ? null : Math.min(...estimates);
}

/** The highest estimate. */
export const highestKbps = (history: History): number => Math.max(0, ...history.map(({ estimateKbps }) => estimateKbps ?? 0));

/**
 * What waits in the link's queue if it was empty at `sinceMs` and has carried `linkKbps` from then on: the most that any stretch up to
 * now has sent beyond that.
 */
export function queuedKbit(history: History, linkKbps: number, sinceMs: number): number {
  let queued = 0;
  for (const [index, { atMs, sentKbit }] of history.entries()) {
    const beforeMs = history[index - 1]?.atMs;
    if (beforeMs === undefined || beforeMs < sinceMs) continue;
    queued = Math.max(0, queued + sentKbit - (linkKbps * (atMs - beforeMs)) / 1000);
  }
  return queued;
}
