import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import { openDevice } from '#worker/input/device.ts';
import { surfaceRange, type TouchPhase, touchEvent, versionHello } from './protocol.ts';

/** The touch screen of a display that has one. */
export interface TouchScreen {
  /** `x`, `y`: pixels of the screen, of this size. */
  touch(phase: TouchPhase, id: number, place: { x: number; y: number }, size: Size): void;
  close(): void;
}

/** @throws Error where the display's device does not answer. */
export async function openTouchScreen(path: string, log: Logger): Promise<TouchScreen> {
  const device = await openDevice(path, log);
  device.write(versionHello());
  return {
    touch(phase, id, { x, y }, { width, height }) {
      const place = { x: Math.round((x * (surfaceRange + 1)) / width), y: Math.round((y * (surfaceRange + 1)) / height) };
      // The server counts fingers from 1.
      device.write(touchEvent(phase, id + 1, place));
    },
    close: () => device.close(),
  };
}
