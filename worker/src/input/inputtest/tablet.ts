import type { Size } from '#shared/screen.ts';
import type { PenAction } from '#worker/input/held.ts';
import { type DeviceSockets, onSurface, openDevice } from './device.ts';
import { buttonEvent, motionEvent, pressureRange, proximityEvent } from './protocol.ts';

/** The graphics tablet of a display that has one: a pen and an eraser, each a device of its own, as applications expect them. */
export interface Tablet {
  /** Places are pixels of the screen, of this size. */
  play(action: PenAction, size: Size): void;
  close(): void;
}

/** @throws Error where one of the display's devices does not answer. */
export async function openTablet({ pen, eraser }: Pick<DeviceSockets, 'pen' | 'eraser'>): Promise<Tablet> {
  const devices = { pen: await openDevice(pen), eraser: await openDevice(eraser) };
  return {
    play(action, size) {
      const axes = { ...onSurface(action, size), pressure: Math.round(action.pressure * pressureRange) };
      devices[action.tool].write(messageOf(action, axes));
    },
    close() {
      devices.pen.close();
      devices.eraser.close();
    },
  };
}

function messageOf(action: PenAction, axes: Parameters<typeof motionEvent>[0]): Buffer {
  switch (action.type) {
    case 'pen':
      return motionEvent(axes);
    case 'pen-near':
      return proximityEvent(action.near, axes);
    case 'pen-button':
      return buttonEvent(action.button, action.pressed, axes);
    default:
      throw action satisfies never;
  }
}
