import type { Size } from '#shared/screen.ts';

/** Where a window is on its screen: pixels, its border included. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** A window that leaves no more than this of the screen uncovered was meant to cover it. */
const nearly = 0.98;
/** One that covers it one way, and no less than this the other, has a shape of its own, as games have. */
const largely = 0.5;
/** A window is centred where what is left on both sides differs by no more than this part of the screen. */
const centred = 0.02;

/**
 * Where a window belongs on a screen of another size: one that fills its screen fills that one too, as far as it does with its own
 * shape; any other keeps its distance to the edge that it is nearer to, or stays centred, and is not left outside.
 */
export function placeWindow(box: Box, on: Size, next: Size): Box {
  const horizontal = along(box.x, box.width, on.width, next.width);
  const vertical = along(box.y, box.height, on.height, next.height);
  const most = Math.max(horizontal.covered, vertical.covered);
  const least = Math.min(horizontal.covered, vertical.covered);
  if (least >= nearly) return { x: 0, y: 0, ...next };
  if (most >= nearly && least >= largely) return fill(box, next);
  return { x: horizontal.start, y: vertical.start, width: horizontal.length, height: vertical.length };
}

function fill({ width, height }: Size, screen: Size): Box {
  const scale = Math.min(screen.width / width, screen.height / height);
  const fitted = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return { x: Math.floor((screen.width - fitted.width) / 2), y: Math.floor((screen.height - fitted.height) / 2), ...fitted };
}

function along(start: number, length: number, on: number, next: number): { covered: number; start: number; length: number } {
  const seen = Math.min(start + length, on) - Math.max(start, 0);
  const difference = start - (on - start - length);
  const share = Math.abs(difference) <= centred * on ? 0.5 : difference < 0 ? 0 : 1;
  const fitted = Math.min(length, next);
  const moved = Math.round(start + (next - on) * share);
  return { covered: seen / on, start: Math.max(0, Math.min(moved, next - fitted)), length: fitted };
}

const isSame = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/**
 * The windows of a screen that changes its size. Each is placed by where its application had put it, whatever was between: it is
 * back there when the screen has its size again.
 */
export class Placements {
  readonly #homes = new Map<number, { box: Box; screen: Size; placed: Box }>();

  /**
   * @param windows where they are now, of those that there are.
   * @returns where those belong that must be moved.
   */
  follow(windows: ReadonlyMap<number, Box>, before: Size, after: Size): Map<number, Box> {
    for (const window of this.#homes.keys()) if (!windows.has(window)) this.#homes.delete(window);
    const moves = new Map<number, Box>();
    for (const [window, now] of windows) {
      const known = this.#homes.get(window);
      // One that its application has moved since has another home.
      const home = known !== undefined && isSame(known.placed, now) ? known : { box: now, screen: before };
      const placed = placeWindow(home.box, home.screen, after);
      this.#homes.set(window, { box: home.box, screen: home.screen, placed });
      if (!isSame(placed, now)) moves.set(window, placed);
    }
    return moves;
  }
}
