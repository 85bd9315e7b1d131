/** The value below which a part (0 to 1) of all values lies: the nearest one that was measured. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export interface Summary {
  p50Ms: number;
  p95Ms: number;
  n: number;
}

export const summarize = (values: readonly number[]): Summary => ({
  p50Ms: rounded(percentile(values, 0.5)),
  p95Ms: rounded(percentile(values, 0.95)),
  n: values.length,
});

/** Two digits after the point. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A table for people: the first row is its head; all columns but the first are numbers. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  ');
  const [head, ...body] = texts.map(line);
  return [head, '-'.repeat(head?.length ?? 0), ...body].join('\n');
}
