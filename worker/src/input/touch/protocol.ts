/** The messages of xf86-input-inputtest (xf86-input-inputtest-protocol.h), in the byte order of the machine. */

const versionMessage = { type: 0, bytes: 12, major: 1, minor: 1 } as const;
const touchMessage = { type: 6, bytes: 1056 } as const;

/** Types of X Input events (XI2.h). */
const phases = { begin: 18, update: 19, end: 20 } as const;
export type TouchPhase = keyof typeof phases;

/** The axes of the device go to this, whatever the screen's size. */
export const touchRange = 0xffff;

/** The first message of a connection: what is spoken. */
export function versionHello(): Buffer {
  const bytes = Buffer.alloc(versionMessage.bytes);
  bytes.writeUInt32LE(versionMessage.bytes, 0);
  bytes.writeUInt32LE(versionMessage.type, 4);
  bytes.writeUInt16LE(versionMessage.major, 8);
  bytes.writeUInt16LE(versionMessage.minor, 10);
  return bytes;
}

/** A finger. `x`, `y`: 0 to {@link touchRange}. */
export function touchEvent(phase: TouchPhase, id: number, x: number, y: number): Buffer {
  const bytes = Buffer.alloc(touchMessage.bytes);
  bytes.writeUInt32LE(touchMessage.bytes, 0);
  bytes.writeUInt32LE(touchMessage.type, 4);
  bytes.writeUInt32LE(id, 8);
  bytes.writeUInt32LE(phases[phase], 12);
  // The mask of the axes that are told: the first two.
  bytes.writeUInt8(0b11, 20);
  bytes.writeDoubleLE(x, 32);
  bytes.writeDoubleLE(y, 40);
  return bytes;
}
