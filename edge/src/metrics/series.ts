import { z } from 'zod';

/**
 * Requests as they are counted: one series a method, a route and a status. All three come from short lists (what is not known is
 * `other`), so that nobody who sends requests can make more of them.
 */

/** The upper bounds of the buckets, in order; what is above the last one is in none but the total. */
export const bounds = {
  tookMs: [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
  requestBytes: [0, 256, 1024, 4096, 16_384, 65_536],
  responseBytes: [256, 1024, 4096, 16_384, 65_536, 262_144],
} as const satisfies Record<string, readonly number[]>;

export type Measure = keyof typeof bounds;
export const measures = ['tookMs', 'requestBytes', 'responseBytes'] as const satisfies readonly Measure[];

/** How often a value fell into each bucket (not cumulated; the last one has no bound), and the sum of all values. */
export const Histogram = z.object({ counts: z.array(z.int().min(0)), sum: z.number().min(0) });
export type Histogram = z.output<typeof Histogram>;

export const Series = z.object({
  method: z.string(),
  route: z.string(),
  status: z.int(),
  tookMs: Histogram,
  requestBytes: Histogram,
  responseBytes: Histogram,
});
export type Series = z.output<typeof Series>;

export type Labels = Pick<Series, 'method' | 'route' | 'status'>;

/** One request that was answered. */
export type Observation = Labels & Readonly<Record<Measure, number>>;

export const keyOf = ({ method, route, status }: Labels): string => `${method} ${route} ${status}`;

const emptyHistogram = (measure: Measure): Histogram => ({
  counts: Array.from({ length: bounds[measure].length + 1 }, () => 0),
  sum: 0,
});

export const emptySeries = ({ method, route, status }: Labels): Series => ({
  ...{ method, route, status },
  tookMs: emptyHistogram('tookMs'),
  requestBytes: emptyHistogram('requestBytes'),
  responseBytes: emptyHistogram('responseBytes'),
});

/** Counts one request in its series. In place: this is done for every request. */
export function observe(series: Series, observation: Observation): void {
  for (const measure of measures) {
    const value = observation[measure];
    const { counts } = series[measure];
    const found = bounds[measure].findIndex((bound) => value <= bound);
    const at = found === -1 ? counts.length - 1 : found;
    counts[at] = (counts[at] ?? 0) + 1;
    series[measure].sum += value;
  }
}

/** Adds one series to another, in place. */
export function add(to: Series, from: Series): void {
  for (const measure of measures) {
    const { counts } = to[measure];
    for (const [at, count] of from[measure].counts.entries()) counts[at] = (counts[at] ?? 0) + count;
    to[measure].sum += from[measure].sum;
  }
}

/** The sum of lists of series, each once. */
export function sumOf(lists: readonly (readonly Series[])[]): Series[] {
  const sums = new Map<string, Series>();
  for (const series of lists.flat()) {
    const key = keyOf(series);
    const sum = sums.get(key) ?? emptySeries(series);
    add(sum, series);
    sums.set(key, sum);
  }
  return [...sums.values()];
}
