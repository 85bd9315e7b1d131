export interface Freezes {
  count: number;
  longestMs: number;
}

/**
 * The stretches without a new frame that are seen as freezes: longer than three times the mean, and than the mean and 150 ms (W3C
 * webrtc-stats, freezeCount).
 *
 * @param timesMs when frames were presented. @param fromMs, toMs what is looked at: its ends count as frames.
 */
export function freezesOf(timesMs: readonly number[], fromMs: number, toMs: number): Freezes {
  const all = [fromMs, ...timesMs.filter((atMs) => atMs > fromMs && atMs < toMs), toMs];
  const gaps = all.slice(1).map((atMs, index) => atMs - (all[index] ?? atMs));
  const meanMs = (toMs - fromMs) / gaps.length;
  const frozen = gaps.filter((gapMs) => gapMs > Math.max(3 * meanMs, meanMs + 150));
  return { count: frozen.length, longestMs: Math.round(Math.max(...gaps)) };
}
