import type { InputMessage } from '#shared/control.ts';

export type GamepadMessage = Extract<InputMessage, { type: `input::gamepad-${string}` }>;

/** Of linux/input-event-codes.h. */
const eventTypes = { sync: 0, key: 1, axis: 3 } as const;
const axes = { x: 0, y: 1, z: 2, rx: 3, ry: 4, rz: 5, hatX: 16, hatY: 17 } as const;

/** The buttons of the standard gamepad that are keys of the kernel's, as the driver of the Xbox 360's gamepad (xpad) has them. */
const buttons: ReadonlyMap<number, number> = new Map([
  [0, 0x130],
  [1, 0x131],
  [2, 0x133],
  [3, 0x134],
  [4, 0x136],
  [5, 0x137],
  [8, 0x13a],
  [9, 0x13b],
  [10, 0x13d],
  [11, 0x13e],
  [16, 0x13c],
]);

/** Those that are axes there: the triggers, and the cross. */
const buttonAxes: ReadonlyMap<number, { code: number; pressed: number }> = new Map([
  [6, { code: axes.z, pressed: 255 }],
  [7, { code: axes.rz, pressed: 255 }],
  [12, { code: axes.hatY, pressed: -1 }],
  [13, { code: axes.hatY, pressed: 1 }],
  [14, { code: axes.hatX, pressed: -1 }],
  [15, { code: axes.hatX, pressed: 1 }],
]);

const sticks = [axes.x, axes.y, axes.rx, axes.ry] as const;
const triggers = [axes.z, axes.rz] as const;

/**
 * What a message is to the kernel: `struct input_event` (input.h) of a 64-bit machine, and one that ends the report; its times are left
 * to the kernel. Empty where the gamepad has no such button or axis.
 */
export function gamepadEvents({ type, data }: GamepadMessage): Buffer {
  const event = type === 'input::gamepad-button' ? ofButton(data.index, data.pressed) : ofAxis(data.index, data.value);
  return event === undefined
    ? Buffer.alloc(0)
    : Buffer.concat([encode(event), encode({ type: eventTypes.sync, code: 0, value: 0 })]);
}

interface KernelEvent {
  type: number;
  code: number;
  value: number;
}

function ofButton(index: number, pressed: boolean): KernelEvent | undefined {
  const key = buttons.get(index);
  if (key !== undefined) return { type: eventTypes.key, code: key, value: pressed ? 1 : 0 };
  const axis = buttonAxes.get(index);
  return axis && { type: eventTypes.axis, code: axis.code, value: pressed ? axis.pressed : 0 };
}

function ofAxis(index: number, value: number): KernelEvent | undefined {
  const stick = sticks[index];
  // -32768 to 32767, and 0 in the middle.
  if (stick !== undefined)
    return { type: eventTypes.axis, code: stick, value: Math.round(value * (value < 0 ? 32_768 : 32_767)) };
  const trigger = triggers[index - sticks.length];
  return trigger === undefined ? undefined : { type: eventTypes.axis, code: trigger, value: Math.round(((value + 1) / 2) * 255) };
}

function encode({ type, code, value }: KernelEvent): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(code, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}
