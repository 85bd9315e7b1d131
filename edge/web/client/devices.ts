import { CameraUnavailable, EnableMicrophone, OpenCamera } from '#shared/control/uplinks.ts';
import { decodeJson } from '#shared/decode.ts';
import type { Connection } from './connection.ts';
import type { HostMessage } from './control.ts';
import { Device, type DeviceName } from './device.ts';

/** What a page is told of what it may send. */
export interface DeviceCallbacks {
  /** Whether the application wants to hear the microphone: where `microphone` is given, whenever that changes. */
  readonly onMicrophone?: (wanted: boolean) => void;
  /** Whether the application wants to see the camera: where `camera` is given, whenever that changes. */
  readonly onCamera?: (wanted: boolean) => void;
}

type DeviceNews =
  | { readonly device: 'microphone'; readonly wanted: boolean }
  | { readonly device: 'camera'; readonly wanted: false }
  | { readonly device: 'camera'; readonly wanted: true; readonly picture: MediaTrackConstraints }
  | { readonly device: 'camera'; readonly unavailable: string };

/** @returns what the host says of a device of the page's; undefined where it says something else, or nothing that can be read. */
export function readDeviceNews({ type, data }: HostMessage): DeviceNews | undefined {
  if (type === 'disable-microphone') return { device: 'microphone', wanted: false };
  if (type === 'close-camera') return { device: 'camera', wanted: false };
  if (typeof data !== 'string') return undefined;
  try {
    if (type === 'enable-microphone') {
      decodeJson(EnableMicrophone, data, type);
      return { device: 'microphone', wanted: true };
    }
    if (type === 'open-camera') return { device: 'camera', wanted: true, picture: wishOf(decodeJson(OpenCamera, data, type)) };
    if (type !== 'camera::unavailable') return undefined;
    return { device: 'camera', unavailable: decodeJson(CameraUnavailable, data, type).message };
  } catch {
    return undefined;
  }
}

/** Wishes, not conditions: any camera will do. */
const wishOf = (wanted: OpenCamera): MediaTrackConstraints => ({
  width: { ideal: wanted.resolution.width },
  height: { ideal: wanted.resolution.height },
  frameRate: { ideal: wanted['frame-rate'] },
  facingMode: { ideal: wanted['facing-mode'] === 'front' ? 'user' : 'environment' },
});

/** The page's microphone and camera, over all the connections of a session. */
export class Devices {
  readonly microphone: Device;
  readonly camera: Device;
  readonly #on: (device: DeviceName, wanted: boolean) => void;

  constructor({ onMicrophone, onCamera }: DeviceCallbacks) {
    this.#on = (device, wanted) => (device === 'microphone' ? onMicrophone?.(wanted) : onCamera?.(wanted));
    this.microphone = new Device('microphone', () => this.#on('microphone', true));
    this.camera = new Device('camera', () => this.#on('camera', true));
  }

  /** A connection has been answered. */
  attach(connection: Connection | undefined): void {
    void this.microphone.attach(connection?.microphoneSender);
    void this.camera.attach(connection?.cameraSender);
  }

  /** Hears what the host says. */
  take(message: HostMessage): void {
    const news = readDeviceNews(message);
    if (news === undefined) return;
    if ('unavailable' in news) this.camera.refuse(news.unavailable);
    else {
      if ('picture' in news) this.camera.wish(news.picture);
      this.#on(news.device, news.wanted);
    }
  }

  stop(): void {
    void this.microphone.stop();
    void this.camera.stop();
  }
}
