import type { OpenCamera } from '#shared/control/uplinks.ts';
import type { Logger } from '#shared/log.ts';
import type { Application } from '#worker/application.ts';
import { type CameraSink, showCamera } from '#worker/capture/uplink.ts';
import type { SocketFolder } from '#worker/instance/sockets/folder.ts';
import type { StreamSocket } from '#worker/instance/sockets/stream.ts';
import type { UpLinkUse } from './uplink-desk.ts';

/** A device of the host's that is one session's. */
export interface CameraLoan {
  readonly path: string;
  /** Idempotent. */
  giveBack(): void;
}

export interface CameraOptions {
  wanted: Application['camera'];
  sockets: Pick<SocketFolder, 'openStream'>;
  /** Takes one of the host's devices; null where none is free, or there. */
  lend: () => Promise<CameraLoan | null>;
  log: Logger;
}

/** Where the camera of who is in control goes, or why it goes nowhere. */
export interface Camera {
  readonly use: UpLinkUse | null;
  /** For people, where there is no use of it. */
  readonly why: string;
  /** The devices that the application must see. */
  readonly devices: readonly string[];
  close(): void;
}

/** A host that has no device for it is no failure: the application starts without. @throws Error where the socket can't be made. */
export async function openCamera({ wanted, sockets, lend, log }: CameraOptions): Promise<Camera> {
  if (wanted === undefined) return without('This application takes no camera.');
  if (wanted.as === 'socket') {
    const socket = await sockets.openStream('camera', log);
    return { use: bySocket(socket, wanted, log), why: '', devices: [], close: () => undefined };
  }
  const loan = await lend();
  if (loan === null) {
    log.warn('camera.missing');
    return without('This host has no camera to give to the application: all are in use, or it has none (v4l2loopback).');
  }
  return { use: byDevice(loan.path, wanted, log), why: '', devices: [loan.path], close: () => loan.giveBack() };
}

const without = (why: string): Camera => ({ use: null, why, devices: [], close: () => undefined });

type Wanted = NonNullable<Application['camera']>;

/** It is asked for while the application reads its socket, and that ends with it: the next client's begins anew. */
function bySocket(socket: StreamSocket, wanted: Wanted, log: Logger): UpLinkUse {
  return {
    ...words(wanted),
    watch: async (onChange) => {
      socket.watch(onChange);
      return { close: () => socket.close() };
    },
    play: async (rtp, onEnd) => {
      const { connection } = socket;
      if (connection === null) throw new Error('the application reads its camera no more');
      const shown = await showCamera({ kind: 'connection', connection }, wanted, rtp, { log, onEnd });
      const stop = async (): Promise<void> => {
        await shown.stop();
        // Another one may be there already.
        if (socket.connection === connection) socket.end();
      };
      return { stop };
    },
  };
}

/**
 * It is asked for as long as there is a client that can send it: applications look for cameras that are there, and v4l2loopback
 * (`exclusive_caps`) shows one only while pictures come in.
 */
function byDevice(path: string, wanted: Wanted, log: Logger): UpLinkUse {
  const sink: CameraSink = { kind: 'device', path };
  return {
    ...words(wanted),
    watch: async (onChange) => {
      onChange(true);
      return { close: async () => undefined };
    },
    play: (rtp, onEnd) => showCamera(sink, wanted, rtp, { log, onEnd }),
  };
}

/** What is said of it to clients. */
function words({ width, height, fps, facing }: Wanted): Pick<UpLinkUse, 'name' | 'ask' | 'end'> {
  const data = { resolution: { width, height }, 'facing-mode': facing, 'frame-rate': fps } satisfies OpenCamera;
  return { name: 'camera', ask: { type: 'open-camera', data: JSON.stringify(data) }, end: { type: 'close-camera' } };
}
