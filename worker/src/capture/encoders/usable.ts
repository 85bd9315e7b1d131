import type { VideoCodec } from '#worker/capture/video-codec.ts';
import type { Candidate, EncoderSettings, Vendor } from './candidate.ts';
import { describeEncoder, type Encoder } from './encoder.ts';
import type { EncoderProbe } from './probe.ts';

/** An encoder that was found to work. */
export interface UsableEncoder {
  /** The element's name. */
  name: string;
  codec: VideoCodec;
  vendor: Vendor;
  describe(settings: EncoderSettings): Encoder;
}

/** Those of the candidates that work, in their order. */
export const usableEncoders = (candidates: readonly Candidate[], probes: readonly EncoderProbe[]): UsableEncoder[] =>
  candidates.flatMap((candidate) => {
    const { element: name, codec, vendor } = candidate;
    const usable = probes.find(({ element }) => element === name)?.usable ?? null;
    if (usable === null) return [];
    const { memory, properties } = usable;
    return [{ name, codec, vendor, describe: (settings) => describeEncoder(candidate, memory, properties, settings) }];
  });
