/** Between which bitrates a picture looks good, in kbit/s: below the least, it is better to send fewer frames or pixels. */
export interface BitrateRange {
  minKbps: number;
  maxKbps: number;
}

/** A kind of screen, and the range that looks good on it. */
export interface BitrateRow extends BitrateRange {
  width: number;
  height: number;
  fps: number;
}

/** What a host goes by that says nothing of it. */
export const defaultBitrates: readonly BitrateRow[] = [
  { width: 1280, height: 720, fps: 30, minKbps: 1000, maxKbps: 3000 },
  { width: 1280, height: 720, fps: 60, minKbps: 2500, maxKbps: 5000 },
  { width: 1920, height: 1080, fps: 30, minKbps: 2700, maxKbps: 6000 },
  { width: 1920, height: 1080, fps: 60, minKbps: 3000, maxKbps: 7000 },
  { width: 3840, height: 2160, fps: 60, minKbps: 8000, maxKbps: 20_000 },
];

/** What is left for a screen of next to no pixels. */
const origin = { pixelRate: 0, minKbps: 150, maxKbps: 500 } as const;

const pixelRateOf = ({ width, height, fps }: { width: number; height: number; fps: number }): number => width * height * fps;

/**
 * The range for a screen: on the straight line between the two rows nearest to it in pixels a second; the last row's beyond that.
 *
 * @param screen pixels, and frames a second.
 */
export function bitrateRange(
  screen: { width: number; height: number; fps: number },
  rows: readonly BitrateRow[] = defaultBitrates,
): BitrateRange {
  const pixelRate = pixelRateOf(screen);
  const points = [origin, ...rows.map((row) => ({ ...row, pixelRate: pixelRateOf(row) }))].toSorted(
    (one, other) => one.pixelRate - other.pixelRate,
  );
  const above = points.findIndex((point) => point.pixelRate >= pixelRate);
  const to = points[above] ?? points.at(-1) ?? origin;
  const from = points[above - 1];
  if (above === -1 || from === undefined) return { minKbps: to.minKbps, maxKbps: to.maxKbps };
  const part = (pixelRate - from.pixelRate) / (to.pixelRate - from.pixelRate);
  const between = (a: number, b: number): number => Math.round(a + (b - a) * part);
  return { minKbps: between(from.minKbps, to.minKbps), maxKbps: between(from.maxKbps, to.maxKbps) };
}

/** Below that no picture moves. */
export const leastKbps = 150;

/** The highest of a screen's range, in kbit/s. */
export const defaultBitrateKbps = (width: number, height: number, fps: number): number =>
  bitrateRange({ width, height, fps }).maxKbps;
