import type { UsableEncoder } from '#worker/capture/encoders/usable.ts';
import type { VideoCodec as EncodedCodec } from '#worker/capture/video-codec.ts';
import { carriedVideoCodecs } from '#worker/media/codecs.ts';

/** The video codecs of a session: those that an encoder is known of and that the media server carries. */
export type VideoCodec = (typeof carriedVideoCodecs)[number];

/** The codecs of this host that a session may use, cheapest first. */
export interface CodecChoice {
  /** Those that a client is offered without having asked. */
  usual: readonly VideoCodec[];
  /** Those that cost much, for a client that asks for them or takes no other. */
  onRequest: readonly VideoCodec[];
}

/** Encoders of H.264 and VP8 in software are cheap enough for everybody; what hardware does costs nothing. */
const cheapInSoftware: ReadonlySet<VideoCodec> = new Set(['H264', 'VP8']);

/** The order of the codecs by the work of encoding (in software), and by how many clients can decode them. */
const byCost = carriedVideoCodecs;

/**
 * @param available the codecs that an encoder works for, with the maker of the best one.
 * @param allowed what the configuration limits them to, if it does.
 */
export function codecChoice(
  available: readonly { codec: EncodedCodec; vendor: UsableEncoder['vendor'] }[],
  allowed: readonly EncodedCodec[] = byCost,
): CodecChoice {
  const vendorOf = (codec: VideoCodec) => available.find((each) => each.codec === codec)?.vendor;
  const codecs = byCost.filter((codec) => allowed.includes(codec) && vendorOf(codec) !== undefined);
  const inHardware = codecs.filter((codec) => vendorOf(codec) !== 'software');
  const usual = [...inHardware, ...codecs.filter((codec) => !inHardware.includes(codec) && cheapInSoftware.has(codec))];
  // A limit that leaves none of the cheap ones is a wish for those that it leaves.
  if (usual.length === 0) return { usual: codecs, onRequest: [] };
  return { usual, onRequest: codecs.filter((codec) => !usual.includes(codec)) };
}

/**
 * The order in which codecs are offered to a client: those that it prefers; then those that are encoded already, which cost nothing more;
 * then the usual ones, and at last the others, so that a preference that can't be met costs nothing.
 *
 * @param preferred upper-case names, most wanted first. Names that nobody knows are passed over.
 * @param running what is being encoded.
 */
export function offerOrder(
  preferred: readonly string[],
  { usual, onRequest }: CodecChoice,
  running: ReadonlySet<string>,
): VideoCodec[] {
  const all = [...usual, ...onRequest];
  const wanted = all.filter((codec) => preferred.includes(codec)).toSorted((a, b) => preferred.indexOf(a) - preferred.indexOf(b));
  return [...new Set([...wanted, ...all.filter((codec) => running.has(codec)), ...all])];
}
