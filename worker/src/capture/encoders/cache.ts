import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { fingerprint } from './fingerprint.ts';
import { EncoderProbe, type ProbeOptions, probeEncoders } from './probe.ts';

const Remembered = z.object({ fingerprint: z.string(), probes: z.array(EncoderProbe) });

export interface RememberedProbeOptions extends ProbeOptions {
  /** A folder of the host's own. */
  stateDirectory: string;
}

/**
 * What came of running the encoders: as it is remembered where nothing has changed that it could follow from, else by running them, which
 * takes seconds. One that is there and failed is run again at every start: it may only have been too slow. Nothing that the file
 * might have in it does harm: what can't be read is not remembered.
 */
export async function rememberedProbes({ stateDirectory, ...options }: RememberedProbeOptions): Promise<EncoderProbe[]> {
  const file = join(stateDirectory, 'encoders.json');
  const [before, now] = await Promise.all([read(file), fingerprint(options.candidates, options.gstreamerPluginPath)]);
  const known = before?.fingerprint === now ? before.probes.filter(({ usable, ms }) => usable !== null || ms === 0) : [];
  const unknown = options.candidates.filter(({ element }) => !known.some((probe) => probe.element === element));
  if (unknown.length === 0) return known;
  const probes = [...known, ...(await probeEncoders({ ...options, candidates: unknown }))];
  // Whole or not at all: another start may read it meanwhile.
  await writeFile(`${file}.new`, JSON.stringify({ fingerprint: now, probes } satisfies z.input<typeof Remembered>));
  await rename(`${file}.new`, file);
  return probes;
}

async function read(file: string): Promise<z.output<typeof Remembered> | null> {
  try {
    return decodeJson(Remembered, await readFile(file, 'utf8'), 'list of encoders', 'internal');
  } catch {
    return null;
  }
}
