/// <reference path="../x11.d.ts" />
import type { Connection } from '#worker/input/connection.ts';
import { encodePng } from './png.ts';

/** What a display's pointer looks like. `null`: it is not to be seen. Pixels. */
export type Cursor = { png: Buffer; width: number; height: number; hotX: number; hotY: number } | null;

/** Of SelectCursorInput: tell of other shapes. */
const displayCursor = 1;

/** Tells what the pointer looks like, now and whenever that changes: the last of several changes at once. */
export function watchCursor({ client, fixes, root }: Connection, onCursor: (cursor: Cursor) => void): void {
  let asking = false;
  let stale = false;
  const ask = (): void => {
    if (asking) {
      stale = true;
      return;
    }
    asking = true;
    stale = false;
    fixes.GetCursorImage((error, image) => {
      asking = false;
      // There is none at all.
      onCursor(error ? null : readCursor(image));
      if (stale) ask();
      return true;
    });
  };
  client.on('event', ({ name }) => {
    if (name === 'CursorNotify') ask();
  });
  fixes.SelectCursorInput(root, displayCursor);
  ask();
}

/** What the server says of a pointer: pixels of alpha, red, green and blue, the colours multiplied with alpha already. */
export interface CursorImage {
  width: number;
  height: number;
  xhot: number;
  yhot: number;
  cursorImage: Buffer;
}

/** Programs hide a pointer by one that lets all through. */
export function readCursor({ width, height, xhot: hotX, yhot: hotY, cursorImage }: CursorImage): Cursor {
  const rgba = Buffer.alloc(width * height * 4);
  let seen = false;
  for (let at = 0; at < rgba.length; at += 4) {
    const pixel = cursorImage.readUInt32LE(at);
    const alpha = pixel >>> 24;
    if (alpha === 0) continue;
    seen = true;
    const colour = (shift: number): number => Math.min(255, Math.round((((pixel >>> shift) & 255) * 255) / alpha));
    rgba.set([colour(16), colour(8), colour(0), alpha], at);
  }
  return seen ? { png: encodePng(width, height, rgba), width, height, hotX, hotY } : null;
}
