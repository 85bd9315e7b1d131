import { type BitrateRow, bitrateRange } from '#worker/capture/bitrate.ts';

/** Pixels and frames a second. */
export interface Picture {
  width: number;
  height: number;
  fps: number;
}

/** A picture, and the bitrate from which on it looks good. */
interface Rung {
  picture: Picture;
  minKbps: number;
  /** Its size is another than that of the one above. */
  newSize: boolean;
}

/** How a stream's picture stands. */
export interface Ladder {
  /** Whose rungs they are; null before the first. */
  screen: Picture | null;
  rung: number;
  /** Since when the bitrate is enough for a higher rung, and since when too little for this one. */
  enoughAtMs: number | null;
  shortAtMs: number | null;
}

export const topOfLadder: Ladder = { screen: null, rung: 0, enoughAtMs: null, shortAtMs: null };

/** A new size costs a keyframe: it is not worth it for a moment. */
const shortMs = 1000;
/** So much more than the least of a rung is needed to go up to it, and for so long: careful up. */
const margin = 1.25;
const enoughMs = { rate: 3000, size: 5000 } as const;

/** What is given up, in this order: first frames, then pixels, then frames again. */
const steps = [
  { fps: 30, scale: 1 },
  { fps: 20, scale: 1 },
  { fps: 20, scale: 0.75 },
  { fps: 20, scale: 0.5 },
  { fps: 10, scale: 0.5 },
] as const;

/** The pictures of a screen, the best first: the screen itself, and what is left of it where the bitrate is too low. */
export function rungsOf(screen: Picture, bitrates?: readonly BitrateRow[]): Rung[] {
  const rungs: Rung[] = [{ picture: screen, minKbps: bitrateRange(screen, bitrates).minKbps, newSize: false }];
  for (const { fps, scale } of steps) {
    const above = rungs.at(-1);
    const picture = { width: even(screen.width * scale), height: even(screen.height * scale), fps: Math.min(fps, screen.fps) };
    const { minKbps } = bitrateRange(picture, bitrates);
    if (above === undefined || minKbps >= above.minKbps) continue;
    rungs.push({ picture, minKbps, newSize: picture.width !== above.picture.width });
  }
  return rungs;
}

const even = (pixels: number): number => Math.max(2, 2 * Math.round(pixels / 2));

const isSame = (one: Picture | null, other: Picture): boolean =>
  one?.width === other.width && one.height === other.height && one.fps === other.fps;

/**
 * Chooses the picture for a bitrate: frames are given up at once, pixels after a second, and both come back after some seconds of more
 * than enough. Pure.
 */
export function climb(
  ladder: Ladder,
  screen: Picture,
  kbps: number,
  atMs: number,
  bitrates?: readonly BitrateRow[],
): Ladder & { picture: Picture } {
  const rungs = rungsOf(screen, bitrates);
  const lowest = rungs.length - 1;
  const before = isSame(ladder.screen, screen) ? ladder : topOfLadder;
  const { rung } = before;
  const fits = rungs.findIndex(({ minKbps }) => minKbps <= kbps);
  const wanted = fits === -1 ? lowest : fits;
  const at = (next: number, times: Pick<Ladder, 'enoughAtMs' | 'shortAtMs'>) => ({
    ...times,
    screen,
    rung: next,
    picture: rungs[next]?.picture ?? screen,
  });
  if (wanted > rung) {
    const shortAtMs = before.shortAtMs ?? atMs;
    if (atMs - shortAtMs >= shortMs) return at(wanted, { enoughAtMs: null, shortAtMs: null });
    const sameSize = rungs.findIndex(({ newSize }, index) => index > rung && newSize);
    const last = sameSize === -1 ? wanted : Math.min(wanted, sameSize - 1);
    return at(Math.max(rung, last), { enoughAtMs: null, shortAtMs });
  }
  const above = rungs[rung - 1];
  if (above === undefined || kbps < above.minKbps * margin) return at(rung, { enoughAtMs: null, shortAtMs: null });
  const enoughAtMs = before.enoughAtMs ?? atMs;
  const waitMs = rungs[rung]?.newSize === true ? enoughMs.size : enoughMs.rate;
  if (atMs - enoughAtMs < waitMs) return at(rung, { enoughAtMs, shortAtMs: null });
  return at(rung - 1, { enoughAtMs: null, shortAtMs: null });
}
