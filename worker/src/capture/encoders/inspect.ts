import type { ElementProperties } from './encoder.ts';

/** Reads what gst-inspect-1.0 prints. */

/** The elements of `gst-inspect-1.0` without arguments: lines of `plugin:  element: Long name`. */
export const readElements = (text: string): Set<string> =>
  new Set(text.split('\n').flatMap((line) => /^\S+: +([\w-]+): /.exec(line)?.[1] ?? []));

/**
 * The properties of `gst-inspect-1.0 ELEMENT`: after the heading, a property begins in column 3 with its name; the values with names,
 * where it has such, follow as `(number): name - description`. Flags are written likewise, but their numbers are in hexadecimal.
 */
export function readProperties(text: string): ElementProperties {
  const properties: ElementProperties = {};
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.startsWith('Element Properties:'));
  let current: string | null = null;
  for (const line of from < 0 ? [] : lines.slice(from + 1)) {
    // Another heading: pads of the element's own class, actions, signals.
    if (/^\S/.test(line)) break;
    const name = /^ {2}([a-z][\w-]*) *: /.exec(line)?.[1];
    if (name !== undefined) {
      current = name;
      properties[name] = null;
      continue;
    }
    const value = /^ +\(-?\d+\): (\S+) +- /.exec(line)?.[1];
    if (current !== null && value !== undefined) properties[current] = [...(properties[current] ?? []), value];
  }
  return properties;
}
