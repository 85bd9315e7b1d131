import { readArgs, readWhole } from '#infra/cli.ts';

/** What a bench can be told: whole numbers, and what is done or not, each with its default. */
export type BenchSettings = Readonly<Record<string, number | boolean>>;

const bounds = { least: 1, most: 1_000_000 };

/**
 * Reads a bench's own part of the command line, `--runs 5` or `--stages`; `--help` prints it and ends the process.
 *
 * @throws UsageError that names the argument that is wrong.
 */
export function readSettings(name: string, about: string, defaults: BenchSettings, args: string[]): BenchSettings {
  const options = Object.entries(defaults).map(
    ([option, value]) => [option, { type: typeof value === 'number' ? 'string' : 'boolean' } as const] as const,
  );
  const { values } = readArgs(helpOf(name, about, defaults), Object.fromEntries(options), { args });
  const read = Object.keys(defaults).flatMap((option) => {
    const value = values[option];
    if (value === undefined) return [];
    return [[option, typeof value === 'string' ? readWhole(value, `--${option}`, bounds) : value === true] as const];
  });
  return { ...defaults, ...Object.fromEntries(read) };
}

function helpOf(name: string, about: string, defaults: BenchSettings): string {
  const words = Object.entries(defaults).map(([option, value]) =>
    typeof value === 'number' ? `  --${option} N  (default: ${value})` : `  --${option}`,
  );
  return `
${about}

  npm run bench ${name} -- [--json FILE] [OPTION...]

${words.join('\n')}
`;
}
