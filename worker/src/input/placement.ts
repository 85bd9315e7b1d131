import type { Size } from '#shared/screen.ts';

/** Where a window is on its screen: pixels, its border included. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** A window that leaves no more than this of the screen uncovered was meant to cover it. */
const nearly = 0.98;

/**
 * Where a window belongs after its screen's size has changed, or undefined where it is there: one that filled the screen fills it
 * again, any other keeps to the edge or the middle that it was at, and none is left outside.
 */
export function placeWindow(box: Box, before: Size, after: Size): Box | undefined {
  const horizontal = along(box.x, box.width, before.width, after.width);
  const vertical = along(box.y, box.height, before.height, after.height);
  const covers = horizontal.covers && vertical.covers;
  const place = covers
    ? { x: 0, y: 0, ...after }
    : { x: horizontal.start, y: vertical.start, width: box.width, height: box.height };
  return place.x === box.x && place.y === box.y && place.width === box.width && place.height === box.height ? undefined : place;
}

function along(start: number, length: number, before: number, after: number): { covers: boolean; start: number } {
  const seen = Math.min(start + length, before) - Math.max(start, 0);
  const middle = (start + length / 2) / before;
  const share = middle < 1 / 3 ? 0 : middle > 2 / 3 ? 1 : 0.5;
  const moved = Math.round(start + (after - before) * share);
  return { covers: seen >= nearly * before, start: Math.max(0, Math.min(moved, after - length)) };
}
