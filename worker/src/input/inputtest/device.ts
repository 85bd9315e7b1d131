import { once } from 'node:events';
import { connect } from 'node:net';
import type { Size } from '#shared/screen.ts';
import { surfaceRange, versionHello } from './protocol.ts';

/** The sockets of a display's own devices. */
export interface DeviceSockets {
  touch: string;
  pen: string;
  eraser: string;
}

/** A device of the display. */
export interface Device {
  write(message: Buffer): void;
  close(): void;
}

/** @throws Error where the display's device does not answer. */
export async function openDevice(path: string): Promise<Device> {
  const socket = connect(path);
  await once(socket, 'connect');
  // A server that goes takes the device along: the display's own connection tells of that.
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(versionHello());
  return { write: (message) => void socket.write(message), close: () => void socket.destroy() };
}

/** A place of the screen, in its pixels, on the device's surface. */
export const onSurface = ({ x, y }: { x: number; y: number }, { width, height }: Size) => ({
  x: (x * (surfaceRange + 1)) / width,
  y: (y * (surfaceRange + 1)) / height,
});
