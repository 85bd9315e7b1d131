import { z } from 'zod';
import { ClipboardSet } from './control/clipboard.ts';
import { CursorLocal, CursorRemote } from './control/cursor.ts';
import { LocationUpdate, SensorEvent, VehicleConfigs, VehicleGet, VehicleSet } from './control/devices.ts';
import { GamepadAxes, GamepadButton } from './control/gamepad.ts';
import { ImeEvent, Key } from './control/keyboard.ts';
import { PenLeave, PenMove } from './control/pen.ts';
import { MouseButton, MouseMove, MouseWheel } from './control/pointer.ts';
import { ControlGive, ControlRequest, ControlTake } from './control/roles.ts';
import { ChangeOrientation, ScreenResizeMessage } from './control/screen.ts';
import { TouchEnd, TouchMove, TouchStart } from './control/touch.ts';

/** The control channel: JSON text `{"type","data"}` both ways, without acknowledgements. What clients send, by subject in control/. */

/** The longest message that is read, in bytes. */
export const maxControlLength = 64 * 1024;

/** The client leaves on purpose. */
const Disconnect = z.object({ type: z.literal('stream::disconnect'), data: z.unknown() });

export const ControlMessage = z.discriminatedUnion('type', [
  MouseMove,
  MouseButton,
  MouseWheel,
  TouchStart,
  TouchMove,
  TouchEnd,
  PenMove,
  PenLeave,
  Key,
  ImeEvent,
  GamepadButton,
  GamepadAxes,
  ClipboardSet,
  CursorLocal,
  CursorRemote,
  SensorEvent,
  LocationUpdate,
  VehicleConfigs,
  VehicleGet,
  VehicleSet,
  Disconnect,
  ControlRequest,
  ControlGive,
  ControlTake,
  ScreenResizeMessage,
  ChangeOrientation,
]);
export type ControlMessage = z.output<typeof ControlMessage>;

/** What a person does: at the display, or at a gamepad. */
export type InputMessage = Extract<ControlMessage, { type: `input::${string}` }>;

/** The messages that act on the application's display. */
export type DisplayMessage = Exclude<InputMessage, { type: `input::gamepad-${string}` }>;

/** The messages that are for the application, from who is in control of it. */
export type ApplicationMessage = Exclude<
  ControlMessage,
  { type: 'stream::disconnect' | `control::${string}` | `cursor::${string}` | `screen::${string}` }
>;
