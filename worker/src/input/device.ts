import { once } from 'node:events';
import { connect } from 'node:net';
import type { Logger } from '#shared/log.ts';

/** The sockets of a display's own devices. */
export interface DeviceSockets {
  touch: string;
  /** Not where the display has no driver for pens. */
  tablet?: string;
}

/** A device of the display. */
export interface Device {
  write(message: Buffer): void;
  close(): void;
}

/** @throws Error where the display's device does not answer. */
export async function openDevice(path: string, log: Logger): Promise<Device> {
  const socket = connect(path);
  await once(socket, 'connect');
  // A server that goes takes the device along: the display's own connection tells of that.
  socket.on('error', () => undefined);
  const lost = (): void => log.warn('input.device-lost', { path });
  socket.once('close', lost);
  socket.resume();
  return {
    write: (message) => void socket.write(message),
    close() {
      socket.off('close', lost);
      socket.destroy();
    },
  };
}
