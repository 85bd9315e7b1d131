import type { Size } from '#shared/screen.ts';
import { onSurface, openDevice } from './device.ts';
import { type TouchPhase, touchEvent } from './protocol.ts';

/** The touch screen of a display that has one. */
export interface TouchScreen {
  /** `x`, `y`: pixels of the screen, of this size. */
  touch(phase: TouchPhase, id: number, place: { x: number; y: number }, size: Size): void;
  close(): void;
}

/** @throws Error where the display's device does not answer. */
export async function openTouchScreen(path: string): Promise<TouchScreen> {
  const device = await openDevice(path);
  return {
    touch(phase, id, place, size) {
      const { x, y } = onSurface(place, size);
      // The server counts fingers from 1.
      device.write(touchEvent(phase, id + 1, { x: Math.round(x), y: Math.round(y) }));
    },
    close: () => device.close(),
  };
}
