/** The messages of xf86-input-inputtest (xf86-input-inputtest-protocol.h), in the byte order of the machine. */

const types = { version: 0, motion: 2, proximity: 3, button: 4, touch: 6 } as const;

/** Types of X Input events (XI2.h). */
const phases = { begin: 18, update: 19, end: 20 } as const;
export type TouchPhase = keyof typeof phases;

/** The first two axes of devices with a surface go to this, whatever the screen's size. */
export const surfaceRange = 0xffff;

/** The axis of pens goes to this. */
export const pressureRange = 1000;

/** The numbers of the axes. 2 and 3 would turn the wheel. */
export interface Axes {
  /** 0 to {@link surfaceRange}. */
  x: number;
  y: number;
  /** 0 to {@link pressureRange}. */
  pressure?: number;
}

/** The first message of a connection: what is spoken. */
export function versionHello(): Buffer {
  const bytes = Buffer.alloc(12);
  begin(bytes, types.version);
  bytes.writeUInt16LE(1, 8);
  bytes.writeUInt16LE(1, 10);
  return bytes;
}

/** A finger. */
export function touchEvent(phase: TouchPhase, id: number, axes: Axes): Buffer {
  return message(types.touch, [id, phases[phase]], axes);
}

/** A device with a surface is there. */
export function motionEvent(axes: Axes): Buffer {
  // It is absolute; a gap follows.
  return message(types.motion, [1, 0], axes);
}

/** A pen comes into reach, or goes. */
export function proximityEvent(isNear: boolean, axes: Axes): Buffer {
  return message(types.proximity, [isNear ? 1 : 0, 0], axes);
}

/** A button of a device with a surface. `button`: as in X. */
export function buttonEvent(button: number, isPressed: boolean, axes: Axes): Buffer {
  return message(types.button, [1, button, isPressed ? 1 : 0, 0], axes);
}

/** Of 64 axes there is a mask of those that are told, their values, and room for what they were before acceleration. */
const axesBytes = { mask: 4, values: 16, all: 16 + 2 * 64 * 8 } as const;

function message(type: number, words: readonly number[], { x, y, pressure }: Axes): Buffer {
  const at = 8 + words.length * 4;
  const bytes = Buffer.alloc(at + axesBytes.all);
  begin(bytes, type);
  for (const [n, word] of words.entries()) bytes.writeUInt32LE(word, 8 + n * 4);
  bytes.writeUInt8(pressure === undefined ? 0b11 : 0b1_0011, at + axesBytes.mask);
  for (const [axis, value] of [x, y, 0, 0, pressure ?? 0].entries()) bytes.writeDoubleLE(value, at + axesBytes.values + axis * 8);
  return bytes;
}

function begin(bytes: Buffer, type: number): void {
  bytes.writeUInt32LE(bytes.byteLength, 0);
  bytes.writeUInt32LE(type, 4);
}
