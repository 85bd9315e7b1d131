import { z } from 'zod';

/** A place or a distance in pixels of the video. */
export const coordinate = z.number().min(-65_536).max(65_536);

/** Mouse. `rx`, `ry`: relative pixels; `x`, `y`: pixels of the video, absent while the pointer is locked. */
export const MouseMove = z.object({
  type: z.literal('input::mouse-move'),
  data: z.object({ rx: coordinate.default(0), ry: coordinate.default(0), x: coordinate.optional(), y: coordinate.optional() }),
});
/** Buttons are numbered as in X11: 1 left, 2 middle, 3 right. */
export const MouseButton = z.object({
  type: z.literal('input::mouse-button'),
  data: z.object({ pressed: z.boolean(), button: z.int().min(1).max(9) }),
});
/** Each -1, 0 or 1 from the original's client; y = 1 is up. */
export const MouseWheel = z.object({
  type: z.literal('input::mouse-wheel'),
  data: z.object({ x: z.number().min(-100).max(100), y: z.number().min(-100).max(100) }),
});
