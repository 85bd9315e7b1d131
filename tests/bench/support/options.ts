import { parseArgs } from 'node:util';

/** What `npm run bench NAME -- ARGUMENT...` hands to a bench. */
export interface BenchOptions {
  arguments: readonly string[];
}

/** Reads `--runs N` and `--seconds N`, whole numbers above 0, over the bench's own defaults. */
export function benchSettings<T extends Record<string, number>>({ arguments: given }: BenchOptions, defaults: T): T {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...given], options });
  const read = Object.entries(values).map(([name, text]) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`--${name} must be a whole number above 0, not '${text}'.`);
    return [name, value] as const;
  });
  return { ...defaults, ...Object.fromEntries(read) };
}
