import { z } from 'zod';
import type { Candidate, EncoderSettings, FrameMemory, Value } from './candidate.ts';
import { frameWays } from './frames.ts';

/** The properties that an element has, each with the names of the values that it takes where they have names. */
export const ElementProperties = z.record(z.string(), z.array(z.string()).nullable());
export type ElementProperties = z.output<typeof ElementProperties>;

/** An encoder as the capture process needs it: text in the language of gst-launch, and what changes its bitrate. */
export const Encoder = z.object({
  /** The element's name. */
  name: z.string().min(1),
  /** From raw frames in system memory to those that it takes. */
  input: z.string().min(1),
  /** The element itself, named `encoder`, and what it must put out. */
  text: z.string().min(1),
  bitrate: z.object({ property: z.string().min(1), unitsPerKbps: z.number().positive(), text: z.string().optional() }).nullable(),
  /** It hangs where it has frames and puts out none for so long. */
  silentMs: z.int().min(1),
});
export type Encoder = z.output<typeof Encoder>;

/** A processor that has much to do makes software slow; hardware has a clock of its own. */
const silentMs = { software: 3000, hardware: 700 } as const;

/** Writes an encoder for an element with these properties. */
export function describeEncoder(
  { element, vendor, format, settings: wanted, output, bitrate }: Candidate,
  memory: FrameMemory,
  properties: ElementProperties,
  settings: EncoderSettings,
): Encoder {
  const set = wanted.flatMap(([property, ...values]) => {
    const value = fitting(properties[property], values, settings);
    return value === undefined ? [] : [`${property}=${value}`];
  });
  return {
    name: element,
    input: frameWays[memory].describe(format),
    text: `${[element, 'name=encoder', ...set].join(' ')} ! ${output}`,
    bitrate: bitrate !== null && bitrate.property in properties ? bitrate : null,
    silentMs: vendor === 'software' ? silentMs.software : silentMs.hardware,
  };
}

/** The first value that a property takes, if any. */
function fitting(
  names: readonly string[] | null | undefined,
  values: readonly Value[],
  settings: EncoderSettings,
): string | number | undefined {
  if (names === undefined) return undefined;
  const all = values.map((value) => (typeof value === 'function' ? value(settings) : value));
  return names === null ? all[0] : all.find((value) => names.includes(String(value)));
}
