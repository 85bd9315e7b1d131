import { z } from 'zod';

/** The control channel: JSON text `{"type","data"}` both ways, without acknowledgements. */

/** The longest message that is read, in bytes. */
export const maxControlLength = 64 * 1024;

const coordinate = z.number().min(-65_536).max(65_536);
const touchId = z.int().min(0).max(9);

/** Mouse. `rx`, `ry`: relative pixels; `x`, `y`: pixels of the video, absent while the pointer is locked. */
const MouseMove = z.object({
  type: z.literal('input::mouse-move'),
  data: z.object({ rx: coordinate.default(0), ry: coordinate.default(0), x: coordinate.optional(), y: coordinate.optional() }),
});
/** Buttons are numbered as in X11: 1 left, 2 middle, 3 right. */
const MouseButton = z.object({
  type: z.literal('input::mouse-button'),
  data: z.object({ pressed: z.boolean(), button: z.int().min(1).max(9) }),
});
/** Each -1, 0 or 1 from the original's client; y = 1 is up. */
const MouseWheel = z.object({
  type: z.literal('input::mouse-wheel'),
  data: z.object({ x: z.number().min(-100).max(100), y: z.number().min(-100).max(100) }),
});
const TouchStart = z.object({
  type: z.literal('input::touch-start'),
  data: z.object({ id: touchId, x: coordinate, y: coordinate }),
});
const TouchMove = z.object({
  type: z.literal('input::touch-move'),
  data: z.object({ id: touchId, x: coordinate, y: coordinate }),
});
const TouchEnd = z.object({
  type: z.literal('input::touch-end'),
  data: z.object({ id: touchId, last: z.boolean().default(false) }),
});
/** `code`: see keys.ts. Auto-repeat sends more of `pressed: true`. */
const Key = z.object({ type: z.literal('input::key'), data: z.object({ code: z.int().min(0).max(255), pressed: z.boolean() }) });
/** The client leaves on purpose. */
const Disconnect = z.object({ type: z.literal('stream::disconnect'), data: z.unknown() });

export const ControlMessage = z.discriminatedUnion('type', [
  MouseMove,
  MouseButton,
  MouseWheel,
  TouchStart,
  TouchMove,
  TouchEnd,
  Key,
  Disconnect,
]);
export type ControlMessage = z.output<typeof ControlMessage>;

/** The messages that act on the application's display. */
export type InputMessage = Exclude<ControlMessage, { type: 'stream::disconnect' }>;
