/** The video codecs that this project can encode, by the name that the protocol and SDP use. */
export type VideoCodec = 'H264' | 'VP8';

/**
 * The order in which codecs are offered to a client: those that it prefers first, then the others, so that a preference
 * that can't be met costs nothing.
 *
 * @param preferred upper-case names, most wanted first. Names that nobody knows are passed over.
 * @param available what the host can encode, cheapest first.
 */
export function offerOrder(preferred: readonly string[], available: readonly VideoCodec[]): VideoCodec[] {
  const wanted = available
    .filter((codec) => preferred.includes(codec))
    .toSorted((a, b) => preferred.indexOf(a) - preferred.indexOf(b));
  return [...wanted, ...available.filter((codec) => !wanted.includes(codec))];
}

/** The codecs that an encoder of this host works for, in the order in which the encoders were tried. */
export const usableCodecs = (probes: readonly { codec: VideoCodec; works: boolean }[]): VideoCodec[] => [
  ...new Set(probes.filter(({ works }) => works).map(({ codec }) => codec)),
];
