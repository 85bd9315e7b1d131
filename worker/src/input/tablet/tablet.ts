import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import { openDevice } from '#worker/input/device.ts';
import type { PenAction } from '#worker/input/held.ts';
import { tabletMessage } from './message.ts';

/** The graphics tablet of a display that has one: a pen and an eraser, each a device of its own, as applications expect them. */
export interface Tablet {
  /** Places are pixels of the screen, of this size. */
  play(action: PenAction, size: Size): void;
  close(): void;
}

/** Null where the display has none, for all that it was started with one: its driver was not loaded (xorg.log says why). */
export async function openTablet(path: string, log: Logger): Promise<Tablet | null> {
  try {
    const device = await openDevice(path, log);
    return { play: (action, size) => device.write(tabletMessage(action, size)), close: () => device.close() };
  } catch (error) {
    log.warn('input.no-tablet', { error });
    return null;
  }
}
