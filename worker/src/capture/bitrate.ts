/** Between which bitrates a picture looks good, in kbit/s: below the least, it is better to send fewer frames or pixels. */
export interface BitrateRange {
  minKbps: number;
  maxKbps: number;
}

/** Million pixels a second, and the range that looks good there: 720p30, 720p60, 1080p30, 1080p60, 2160p60. */
const points: readonly (BitrateRange & { megapixels: number })[] = [
  { megapixels: 0, minKbps: 150, maxKbps: 500 },
  { megapixels: 27.648, minKbps: 1000, maxKbps: 3000 },
  { megapixels: 55.296, minKbps: 2500, maxKbps: 5000 },
  { megapixels: 62.208, minKbps: 2700, maxKbps: 6000 },
  { megapixels: 124.416, minKbps: 3000, maxKbps: 7000 },
  { megapixels: 497.664, minKbps: 8000, maxKbps: 20_000 },
];

/**
 * The range for a screen: on the straight line between the two points nearest to it.
 *
 * @param screen pixels, and frames a second.
 */
export function bitrateRange(screen: { width: number; height: number; fps: number }): BitrateRange {
  const megapixels = (screen.width * screen.height * screen.fps) / 1e6;
  const above = points.findIndex((point) => point.megapixels >= megapixels);
  const to = points[above];
  const from = points[above - 1];
  if (to === undefined) return { minKbps: 8000, maxKbps: 20_000 };
  if (from === undefined) return { minKbps: to.minKbps, maxKbps: to.maxKbps };
  const part = (megapixels - from.megapixels) / (to.megapixels - from.megapixels);
  const between = (a: number, b: number): number => Math.round(a + (b - a) * part);
  return { minKbps: between(from.minKbps, to.minKbps), maxKbps: between(from.maxKbps, to.maxKbps) };
}

/** Below that no picture moves. */
export const leastKbps = 150;

/** The highest of a screen's range, in kbit/s. */
export const defaultBitrateKbps = (width: number, height: number, fps: number): number =>
  bitrateRange({ width, height, fps }).maxKbps;
