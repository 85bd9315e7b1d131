import { z } from 'zod';

/**
 * Additions: the pointer, drawn by the clients themselves in the shape that the application gives it: by the one in control at once, by
 * the others where they are told that it is.
 */

/** To the host: whether this client draws its own pointer while it is in control. One that never says so finds it in the picture. */
export const CursorLocal = z.object({ type: z.literal('cursor::local'), data: z.object({ on: z.boolean() }) });

/** To the host: whether this client draws the pointer of whoever else is in control. Likewise. */
export const CursorRemote = z.object({ type: z.literal('cursor::remote'), data: z.object({ on: z.boolean() }) });

/** The widest and highest shape that browsers take for a pointer. Pixels. */
export const maxCursorPixels = 128;
/** The largest image that is sent, as base64: the message stays within what a channel carries. Characters. */
export const maxCursorLength = 48 * 1024;

/**
 * A PNG as base64; the hot spot in its pixels, which are those of the display. `displayWidth`: how many of those the display is wide, for
 * pictures may be smaller; earlier hosts do not say it.
 */
const Image = z.object({
  kind: z.literal('image'),
  png: z
    .string()
    .max(maxCursorLength)
    .regex(/^[A-Za-z0-9+/]+=*$/),
  hotX: z.int().min(0).max(maxCursorPixels),
  hotY: z.int().min(0).max(maxCursorPixels),
  displayWidth: z.int().positive().optional(),
});
const Hidden = z.object({ kind: z.literal('hidden') });

/** From the host to a client that draws its own (`cursor::shape`), as `data` (JSON in JSON, as all that the host says). */
export const CursorShape = z.discriminatedUnion('kind', [
  Image,
  /** The application shows none. */
  Hidden,
  /** It is in the picture after all: somebody watches who does not draw it, or it is too large. */
  z.object({ kind: z.literal('in-picture') }),
  /** It is another client's: this one is not in control. */
  z.object({ kind: z.literal('not-yours') }),
]);
export type CursorShape = z.output<typeof CursorShape>;

/** From the host to a client that draws others' (`cursor::remote-shape`): also `hidden` while it is in the picture, or this client's own. */
export const RemoteCursorShape = z.discriminatedUnion('kind', [Image, Hidden]);
export type RemoteCursorShape = z.output<typeof RemoteCursorShape>;

/** Where it is (`cursor::remote-place`): its hot spot in pixels of the display, and how large that is, for pictures may be smaller. */
export const CursorPlace = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type CursorPlace = z.output<typeof CursorPlace>;
