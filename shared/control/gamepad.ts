import { z } from 'zod';

/** Up to four gamepads, in the order in which the browser has them; buttons and axes are numbered as in the W3C's standard gamepad. */
const gamepadId = z.int().min(0).max(3);

export const GamepadButton = z.object({
  type: z.literal('input::gamepad-button'),
  data: z.object({ id: gamepadId, index: z.int().min(0).max(31), pressed: z.boolean() }),
});
/** 0 and 1 the left stick, 2 and 3 the right one, 4 and 5 the triggers; -1 is left, up, or not pressed. */
export const GamepadAxes = z.object({
  type: z.literal('input::gamepad-axes'),
  data: z.object({ id: gamepadId, index: z.int().min(0).max(5), value: z.number().min(-1).max(1) }),
});
