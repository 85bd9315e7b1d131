import { type History, highestKbps, lowestKbps, queuedKbit, remember, sentKbps } from './history.ts';
import { type RoundTrip, readRoundTrip, unknownRoundTrip } from './round-trip.ts';
import { firstVenture, strained, type Venture, ventures } from './venture.ts';

/** How a client's link was at one moment. */
export interface LinkSample {
  atMs: number;
  /** What congestion control thinks that it carries, all in all; null where the client gives it nothing to go by. */
  availableKbps: number | null;
  /** Since the connection was made, of everything. */
  sentBytes: number;
  /** The part of the packets that was lost lately, 0 to 1. */
  loss: number;
  roundTripMs: number | null;
}

/** Between which bitrates the stream moves, in kbit/s. */
export interface BitrateLimits {
  minKbps: number;
  maxKbps: number;
}

/** What the encoder is to do, and what that follows from. */
export interface Bandwidth {
  kbps: number;
  /** Code nothing for now: what was sent already waits in the link's queue. */
  hold: boolean;
  /** Since when. */
  heldAtMs: number;
  /** The queue is so long that the client gets nothing for now: repairs of what was lost would only fill it again. */
  halt: boolean;
  history: History;
  sentBytes: number;
  roundTrip: RoundTrip;
  /** When the estimate last fell, and how often in a row. */
  fall: { atMs: number; count: number };
  /** When there was a last sign that more is sent than the link carries. */
  strainedAtMs: number;
  venture: Venture;
  queuedKbit: number;
}

/** Of the estimate: the rest is for sound, repairs, and an encoder that is not exact. */
const share = 0.88;
/** A fall by less is noise. */
const fallsTo = 0.97;
/** For longer than so an estimate does not jump. */
const blipMs = 300;
/** An estimate that has lost so much of its height within two seconds is a measurement; before, it may be a hiccup of the client. */
const collapsesTo = 0.6;
/** Falls that come this soon after one another are one movement. */
const fallIntervalMs = 600;
/** What is left of the bitrate after a sign of strain that does not say how much the link carries, and after a second one. */
const eased = 0.85;
const easedAgain = 0.7;
/** So long after the last sign of strain the bitrate does not grow. */
const calmMs = 1000;
/** Parts a second by which the bitrate grows: below what the estimate allows, and beyond it. */
const growth = { below: 1, beyond: 0.15 } as const;
/** From this on losses are no chance: the link's queue overflows. */
const overflowing = 0.1;
/** From this on congestion control lets its estimate grow no more, though the losses may be those of a bad radio link. */
const holding = 0.02;
/** A link that carries so many times what is sent has no queue of it. */
const roomy = 1.5;
/** The part of the bitrate that is made use of where less would not show what the link carries. */
const usedPart = 0.6;
/** A client's report is of the last sender report that it has got, which is so old at most where no queue kept the next one back. */
const reportLagMs = 1200;
/** A queue as long as this stops the encoder, and one as short lets it go on. Milliseconds of the link's time. */
const holdMs = 150;
const goOnMs = 50;
/** A queue as long as this is of packets that nobody wants any more. */
const haltMs = 400;
/**
 * The longest queue that is believed in, of the link's time: so much for each fall, for one may be a hiccup of the client and a queue
 * that grows makes many; and as much as routers keep where the round trip shows it.
 */
const believedMs = { perFall: 500, shown: 2000 } as const;

/** @param kbps what the encoder has been told. */
export const startBandwidth = (kbps: number): Bandwidth => ({
  kbps,
  hold: false,
  heldAtMs: Number.NEGATIVE_INFINITY,
  halt: false,
  history: [],
  sentBytes: 0,
  roundTrip: unknownRoundTrip,
  fall: { atMs: Number.NEGATIVE_INFINITY, count: 0 },
  strainedAtMs: Number.NEGATIVE_INFINITY,
  venture: firstVenture,
  queuedKbit: 0,
});

/**
 * Decides what the encoder does about how the link is now: fast down, careful up. Pure.
 *
 * An estimate says what a link carries only where as much is sent: one that is low while little is sent holds nothing back for long,
 * and one that falls, again and again or far, is a queue that grows.
 */
export function decide(before: Bandwidth, sample: LinkSample, limits: BitrateLimits): Bandwidth {
  const { atMs, availableKbps, sentBytes } = sample;
  const last = before.history.at(-1);
  const elapsedMs = last === undefined ? 0 : Math.max(0, atMs - last.atMs);
  // A new connection counts from nothing again.
  const sentKbit = last === undefined || sentBytes < before.sentBytes ? 0 : ((sentBytes - before.sentBytes) * 8) / 1000;
  const lowest = lowestKbps(before.history, blipMs);
  const falls = lowest !== null && availableKbps !== null && availableKbps < lowest * fallsTo;
  const follows = atMs - before.fall.atMs < fallIntervalMs;
  const now: Bandwidth = {
    ...before,
    history: remember(before.history, { atMs, sentKbit, estimateKbps: availableKbps }),
    sentBytes,
    roundTrip: readRoundTrip(before.roundTrip, sample),
    fall: falls ? { atMs, count: follows ? before.fall.count + 1 : 1 } : before.fall,
  };
  const strain = strainOf(now, sample, falls);
  if (strain !== null) {
    now.strainedAtMs = atMs;
    // What follows so soon is the same strain still.
    if (atMs - before.strainedAtMs > calmMs)
      now.venture = strained(before.venture, before.kbps > (last?.estimateKbps ?? 0) * share);
  }
  const wished = strain === null ? grown(now, sample, elapsedMs) : Math.min(before.kbps, strain.kbps);
  const kbps = Math.min(limits.maxKbps, Math.max(limits.minKbps, wished));
  return { ...now, kbps, ...queueOf(now, strain, sample, { elapsedMs, sentKbit }) };
}

/** A sign that more is sent than the link carries: what to send at most, and what it carries, where that is known. */
interface Strain {
  kbps: number;
  linkKbps: number | null;
}

function strainOf(now: Bandwidth, { availableKbps, loss }: LinkSample, falls: boolean): Strain | null {
  const { history, roundTrip, fall, kbps } = now;
  if (falls && availableKbps !== null) {
    // Over a longer time too, for a computer that is busy sends nothing for a moment.
    const sent = Math.max(sentKbps(history, 500), sentKbps(history, 2000));
    const allowed = availableKbps * share;
    // Whatever the estimate falls for, a delay that has become longer for one, it is no queue of what is sent.
    if (availableKbps > sent * roomy) return { kbps: allowed, linkKbps: null };
    if (availableKbps < highestKbps(history) * collapsesTo && availableKbps < sent)
      return { kbps: allowed, linkKbps: availableKbps };
    if (fall.count === 1) return { kbps: Math.min(allowed, kbps * eased), linkKbps: null };
    if (fall.count === 2) return { kbps: Math.min(allowed, kbps * easedAgain), linkKbps: null };
    const linkKbps = Math.min(availableKbps, sent * eased);
    return { kbps: Math.min(allowed, kbps * easedAgain, linkKbps), linkKbps };
  }
  if (!roundTrip.fresh) return null;
  if (roundTrip.long > 1 && roundTrip.grows) return { kbps: kbps * eased, linkKbps: null };
  // Where there is an estimate, losses are in it.
  return availableKbps === null && loss > overflowing ? { kbps: kbps * (1 - loss / 2), linkKbps: null } : null;
}

function grown(
  { kbps, hold, history, roundTrip, strainedAtMs, venture }: Bandwidth,
  sample: LinkSample,
  elapsedMs: number,
): number {
  const { atMs, availableKbps, loss } = sample;
  const calmForMs = atMs - strainedAtMs;
  if (hold || calmForMs < calmMs || roundTrip.grows) return kbps;
  const allowed = (availableKbps ?? 0) * share;
  if (kbps < allowed) return Math.min(allowed, kbps * (1 + (growth.below * elapsedMs) / 1000));
  // Beyond the estimate only where that is made use of, or the next scene would come as a flood.
  const used = sentKbps(history, 1000) > kbps * usedPart;
  if (!used || loss > overflowing) return kbps;
  // Without a queue such losses are chance, and without this the bitrate would stay where the last queue has left it.
  if (loss <= holding && !ventures(venture, calmForMs)) return kbps;
  return kbps * (1 + (growth.beyond * elapsedMs) / 1000);
}

function queueOf(
  { roundTrip, fall, history, hold: held, heldAtMs, halt: halted, queuedKbit: before, kbps }: Bandwidth,
  strain: Strain | null,
  { atMs, availableKbps }: LinkSample,
  { elapsedMs, sentKbit }: { elapsedMs: number; sentKbit: number },
): Pick<Bandwidth, 'queuedKbit' | 'hold' | 'heldAtMs' | 'halt'> {
  const linkKbps = Math.max(1, strain?.linkKbps ?? availableKbps ?? kbps);
  const left = before === 0 ? 0 : Math.max(0, before + sentKbit - (linkKbps * elapsedMs) / 1000);
  const seen = strain?.linkKbps == null ? 0 : queuedKbit(history, strain.linkKbps / eased, roundTrip.calmAtMs - reportLagMs);
  const longestMs = roundTrip.long > 0 ? believedMs.shown : Math.min(believedMs.shown, believedMs.perFall * fall.count);
  // However slow the link is, time passes for what waits.
  const queueMs = Math.min((Math.max(left, seen) * 1000) / linkKbps, held ? longestMs - (atMs - heldAtMs) : longestMs);
  const hold = queueMs > (held ? goOnMs : holdMs);
  return {
    queuedKbit: (Math.max(0, queueMs) * linkKbps) / 1000,
    hold,
    heldAtMs: hold && !held ? atMs : heldAtMs,
    halt: hold && (halted || queueMs > haltMs),
  };
}
