/** What passes through an encoder, counted since its pipeline was started. Frames. */
export interface EncoderFlow {
  taken: number;
  coded: number;
}

/** What is known of an encoder that may hang. */
export interface StallWatch extends EncoderFlow {
  /** How many frames it keeps while all is well. */
  kept: number;
  /** For how long more than those have waited in it, and none has come out. */
  silentMs: number;
  prodded: boolean;
}

/**
 * `prod`: it may hang, or may only keep its last frame until another comes: it is to be given one. `hangs`: it was given some, and has
 * put out none.
 */
export type StallVerdict = 'fine' | 'prod' | 'hangs';

export const startStallWatch: StallWatch = { taken: 0, coded: 0, kept: 0, silentMs: 0, prodded: false };

/** A process that was not let run for longer than so did not see whether frames came. */
const longestLookMs = 200;

/**
 * Tells an encoder that hangs without an error from one that has nothing to do: a picture that stands still gives it no frames, and some
 * keep one, or leave one out, for good. Pure.
 *
 * @param elapsedMs since the last look.
 * @param limitMs how long it may put out nothing.
 */
export function watchStall(
  before: StallWatch,
  { taken, coded }: EncoderFlow,
  elapsedMs: number,
  limitMs: number,
): { watch: StallWatch; verdict: StallVerdict } {
  const waiting = taken - coded;
  if (coded !== before.coded) {
    const kept = before.prodded ? waiting : Math.min(before.kept, waiting);
    return { watch: { taken, coded, kept, silentMs: 0, prodded: false }, verdict: 'fine' };
  }
  const { kept } = before;
  if (waiting <= kept) return { watch: { taken, coded, kept, silentMs: 0, prodded: false }, verdict: 'fine' };
  const silentMs = before.silentMs + Math.min(elapsedMs, longestLookMs);
  const verdict = silentMs >= limitMs ? 'hangs' : silentMs >= limitMs / 2 ? 'prod' : 'fine';
  return { watch: { taken, coded, kept, silentMs, prodded: before.prodded || verdict === 'prod' }, verdict };
}
