import { z } from 'zod';
import { Role } from './host.ts';
import { PeerId } from './ids.ts';

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

/** Additions: who is in control. A guest with the role `control` asks; who is in control, or the owner, gives; the owner takes back. */
const ControlRequest = z.object({ type: z.literal('control::request'), data: z.unknown() });
const ControlGive = z.object({ type: z.literal('control::give'), data: z.object({ peer: PeerId }) });
const ControlTake = z.object({ type: z.literal('control::take'), data: z.unknown() });

export const ControlMessage = z.discriminatedUnion('type', [
  MouseMove,
  MouseButton,
  MouseWheel,
  TouchStart,
  TouchMove,
  TouchEnd,
  Key,
  Disconnect,
  ControlRequest,
  ControlGive,
  ControlTake,
]);
export type ControlMessage = z.output<typeof ControlMessage>;

/** The messages that act on the application's display. */
export type InputMessage = Extract<ControlMessage, { type: `input::${string}` }>;

/** What the host tells of control to a client that wants to hear of it, as `data` (JSON in JSON, as all that the host says). */
export const ControlState = z.object({
  you: PeerId,
  role: Role,
  controller: PeerId.nullable(),
  peers: z.array(z.object({ id: PeerId, role: Role })),
});
export type ControlState = z.output<typeof ControlState>;
/** To who is in control and to the owner: this client asks for control. */
export const ControlRequested = z.object({ peer: PeerId });
export type ControlRequested = z.output<typeof ControlRequested>;
