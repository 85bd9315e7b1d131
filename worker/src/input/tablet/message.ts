import type { Size } from '#shared/screen.ts';
import type { PenAction } from '#worker/input/held.ts';

/** The messages of the tablet's driver (worker/native/pen/message.h), of one size, in the byte order of the machine. */

const messageBytes = 24;
const version = 1;
const kinds = { move: 1, come: 2, go: 3, press: 4, lift: 5 } as const;
const tools = { pen: 0, eraser: 1 } as const;

/** What the axes go to: places from 0, whatever the screen's size. */
const surfaceRange = 2 ** 20 - 1;
const pressureRange = 1000;
/** A turn has so many steps: half of them clockwise from upright, half of them the other way. */
const turn = 1800;

/** What a pen does, on a screen of this size. */
export function tabletMessage(action: PenAction, { width, height }: Size): Buffer {
  const { x, y, pressure, tiltX, tiltY, twist } = action;
  const bytes = Buffer.alloc(messageBytes);
  bytes.writeUInt8(version, 0);
  bytes.writeUInt8(kindOf(action), 1);
  bytes.writeUInt8(tools[action.tool], 2);
  bytes.writeUInt8(action.type === 'pen-button' ? action.button : 0, 3);
  bytes.writeInt32LE(onAxis(x, width), 4);
  bytes.writeInt32LE(onAxis(y, height), 8);
  bytes.writeInt16LE(Math.round(pressure * pressureRange), 12);
  bytes.writeInt16LE(Math.round(tiltX), 14);
  bytes.writeInt16LE(Math.round(tiltY), 16);
  bytes.writeInt16LE(rotation(twist), 18);
  return bytes;
}

function kindOf(action: PenAction): number {
  switch (action.type) {
    case 'pen':
      return kinds.move;
    case 'pen-near':
      return action.near ? kinds.come : kinds.go;
    case 'pen-button':
      return action.pressed ? kinds.press : kinds.lift;
    default:
      throw action satisfies never;
  }
}

const onAxis = (at: number, size: number): number => Math.min(Math.round((at * (surfaceRange + 1)) / size), surfaceRange);

/** Degrees clockwise, 0 to 359, are from -180 to 179 on the axis: upright is its middle. */
function rotation(twist: number): number {
  const steps = Math.round((twist * turn) / 360) % turn;
  return steps < turn / 2 ? steps : steps - turn;
}
