import type { Layer } from '#worker/media/room.ts';
import type { LinkSample } from './decide.ts';
import { type History, remember, sentKbps } from './history.ts';
import { type RoundTrip, readRoundTrip, unknownRoundTrip } from './round-trip.ts';

/** Which of the two streams suits a guest's link, and what that follows from. */
export interface Fitness {
  layer: Layer;
  /** When the link was looked at first, when it was moved last, and when it was moved up last. */
  sinceMs: number;
  movedAtMs: number;
  roseAtMs: number;
  /** Since when the link speaks for the other stream; null while it does not. */
  otherwiseMs: number | null;
  /** How long the next stay on the low stream is at least: each that the main one followed in vain makes the next one longer. */
  stayMs: number;
  history: History;
  sentBytes: number;
  roundTrip: RoundTrip;
  /** What the main stream took, lately: its peaks are what the link must carry. */
  main: readonly { atMs: number; kbps: number }[];
}

/** A connection's first estimates are guesses. */
const settlingMs = 3000;
/** So much more must be sent than the link is estimated to carry, for that is always a little less than it does carry. */
const beyond = 1.25;
/** From this on losses are no chance. */
const overflowing = 0.1;
/** Up to this they are. */
const chance = 0.02;
/** For so long a link must be too bad for the main stream, or good enough: quick down, careful up. */
const badMs = 1000;
const goodMs = 3000;
const shortestStayMs = 10_000;
const longestStayMs = 120_000;
/** A main stream that is given up again this soon was tried in vain. */
const vainMs = 30_000;
/** How long peaks of the main stream are remembered. */
const peaksMs = 15_000;

export const unknownFitness = (atMs: number): Fitness => ({
  layer: 'main',
  sinceMs: atMs,
  movedAtMs: Number.NEGATIVE_INFINITY,
  roseAtMs: Number.NEGATIVE_INFINITY,
  otherwiseMs: null,
  stayMs: shortestStayMs,
  history: [],
  sentBytes: 0,
  roundTrip: unknownRoundTrip,
  main: [],
});

/**
 * Decides which stream a guest gets by how its link is now. Pure.
 *
 * @param mainKbps what the main stream takes.
 */
export function judge(before: Fitness, sample: LinkSample, mainKbps: number): Fitness {
  const { atMs, availableKbps, sentBytes } = sample;
  const sentKbit = before.history.length === 0 || sentBytes < before.sentBytes ? 0 : ((sentBytes - before.sentBytes) * 8) / 1000;
  const now: Fitness = {
    ...before,
    history: remember(before.history, { atMs, sentKbit, estimateKbps: availableKbps }),
    sentBytes,
    roundTrip: readRoundTrip(before.roundTrip, sample),
    main: [...before.main.filter((peak) => peak.atMs > atMs - peaksMs), { atMs, kbps: mainKbps }],
  };
  const otherwise = now.layer === 'main' ? isTooBad(now, sample) : isGoodEnough(now, sample);
  if (!otherwise) return { ...now, otherwiseMs: null };
  const otherwiseMs = now.otherwiseMs ?? atMs;
  if (atMs - otherwiseMs < (now.layer === 'main' ? badMs : goodMs)) return { ...now, otherwiseMs };
  return now.layer === 'main' ? fallen(now, atMs) : { ...now, layer: 'main', movedAtMs: atMs, roseAtMs: atMs, otherwiseMs: null };
}

function fallen(now: Fitness, atMs: number): Fitness {
  const inVain = atMs - now.roseAtMs < vainMs;
  const stayMs = inVain ? Math.min(longestStayMs, 2 * now.stayMs) : shortestStayMs;
  return { ...now, layer: 'low', movedAtMs: atMs, otherwiseMs: null, stayMs };
}

function isTooBad({ history, roundTrip, sinceMs }: Fitness, { atMs, availableKbps, loss }: LinkSample): boolean {
  if (loss > overflowing || (roundTrip.long > 1 && roundTrip.grows)) return true;
  return availableKbps !== null && atMs - sinceMs > settlingMs && sentKbps(history, 1000) > availableKbps * beyond;
}

function isGoodEnough({ movedAtMs, stayMs, main, roundTrip }: Fitness, { atMs, availableKbps, loss }: LinkSample): boolean {
  if (atMs - movedAtMs < stayMs - goodMs || loss > overflowing || roundTrip.long > 0) return false;
  // Without an estimate there is nothing but to try.
  if (availableKbps === null) return loss <= chance;
  // It reaches but a little more than the stream's own limit, and is always a little less than the link does carry.
  return availableKbps >= Math.max(...main.map(({ kbps }) => kbps));
}
