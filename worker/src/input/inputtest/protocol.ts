/** The messages of xf86-input-inputtest (xf86-input-inputtest-protocol.h), in the byte order of the machine. */

const types = { version: 0, touch: 6 } as const;

/** Types of X Input events (XI2.h). */
const phases = { begin: 18, update: 19, end: 20 } as const;
export type TouchPhase = keyof typeof phases;

/** The axes of the surface go to this, whatever the screen's size. */
export const surfaceRange = 0xffff;

/** The first message of a connection: what is spoken. */
export function versionHello(): Buffer {
  const bytes = Buffer.alloc(12);
  begin(bytes, types.version);
  bytes.writeUInt16LE(1, 8);
  bytes.writeUInt16LE(1, 10);
  return bytes;
}

/** Of 64 axes there is a mask of those that are told, their values, and room for what they were before acceleration. */
const axesAt = { mask: 20, values: 32 } as const;
const touchBytes = axesAt.values + 2 * 64 * 8;

/** A finger. `x`, `y`: 0 to {@link surfaceRange}. */
export function touchEvent(phase: TouchPhase, id: number, { x, y }: { x: number; y: number }): Buffer {
  const bytes = Buffer.alloc(touchBytes);
  begin(bytes, types.touch);
  bytes.writeUInt32LE(id, 8);
  bytes.writeUInt32LE(phases[phase], 12);
  bytes.writeUInt8(0b11, axesAt.mask);
  bytes.writeDoubleLE(x, axesAt.values);
  bytes.writeDoubleLE(y, axesAt.values + 8);
  return bytes;
}

function begin(bytes: Buffer, type: number): void {
  bytes.writeUInt32LE(bytes.byteLength, 0);
  bytes.writeUInt32LE(type, 4);
}
