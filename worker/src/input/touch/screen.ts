import { once } from 'node:events';
import { connect } from 'node:net';
import type { Size } from '#shared/screen.ts';
import { type TouchPhase, touchEvent, touchRange, versionHello } from './protocol.ts';

/** The touch screen of a display that has one. */
export interface TouchScreen {
  /** `x`, `y`: pixels of the screen, of this size. */
  touch(phase: TouchPhase, id: number, place: { x: number; y: number }, size: Size): void;
  close(): void;
}

/** @throws Error where the display's device does not answer. */
export async function openTouchScreen(path: string): Promise<TouchScreen> {
  const socket = connect(path);
  await once(socket, 'connect');
  // A server that goes takes the device along: the display's own connection tells of that.
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(versionHello());
  return {
    touch(phase, id, { x, y }, { width, height }) {
      const scaled = (value: number, length: number): number => Math.round((value * (touchRange + 1)) / length);
      // The server counts fingers from 1.
      socket.write(touchEvent(phase, id + 1, scaled(x, width), scaled(y, height)));
    },
    close: () => void socket.destroy(),
  };
}
