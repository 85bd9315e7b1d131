import { z } from 'zod';

/** Additions: the pointer, drawn by the client in control itself, at once, in the shape that the application gives it. */

/** To the host: whether this client draws the pointer itself, from now on. One that never says so finds it in the picture. */
export const CursorLocal = z.object({ type: z.literal('cursor::local'), data: z.object({ on: z.boolean() }) });

/** The widest and highest shape that browsers take for a pointer. Pixels. */
export const maxCursorPixels = 128;
/** The largest image that is sent, as base64: the message stays within what a channel carries. Characters. */
export const maxCursorLength = 48 * 1024;

/** From the host to a client that draws it (`cursor::shape`), as `data` (JSON in JSON, as all that the host says). */
export const CursorShape = z.discriminatedUnion('kind', [
  /** A PNG as base64; the hot spot in its pixels, which are those of the video. */
  z.object({
    kind: z.literal('image'),
    png: z
      .string()
      .max(maxCursorLength)
      .regex(/^[A-Za-z0-9+/]+=*$/),
    hotX: z.int().min(0).max(maxCursorPixels),
    hotY: z.int().min(0).max(maxCursorPixels),
  }),
  /** The application shows none. */
  z.object({ kind: z.literal('hidden') }),
  /** It is in the picture after all: others watch too, or it is too large. */
  z.object({ kind: z.literal('in-picture') }),
  /** It is another client's: this one is not in control. */
  z.object({ kind: z.literal('not-yours') }),
]);
export type CursorShape = z.output<typeof CursorShape>;
