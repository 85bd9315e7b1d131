import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import type { SocketFolder } from '#worker/instance/sockets/folder.ts';
import type { SessionOptions } from '#worker/session/options.ts';
import type { Resources } from '#worker/session/resources.ts';
import { type Camera, openCamera } from './camera.ts';
import { ChannelDesk } from './channel-desk.ts';
import { DeviceDesk } from './device-desk.ts';
import { GamepadDesk } from './gamepad-desk.ts';

export interface OpenDesksOptions extends Pick<SessionOptions, 'application' | 'gamepadHelper' | 'lendCamera'> {
  sockets: SocketFolder;
  /** Who is in control. */
  controller: () => PeerId | null;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  /** Sends on a client's named channel. Resolves when there is room for the next message. */
  send: (peer: PeerId, channel: string, message: ChannelMessage) => Promise<void>;
  resources: Resources;
  log: Logger;
}

/** The desks whose other side is the application's: a socket, or a device. */
export interface OpenDesks {
  channels: ChannelDesk;
  devices: DeviceDesk;
  gamepads: GamepadDesk;
  camera: Camera;
}

/** Opens them: before the application starts, for it may look for them at once. */
export async function openDesks(options: OpenDesksOptions): Promise<OpenDesks> {
  const { application, gamepadHelper, lendCamera, sockets, controller, tell, send, resources, log } = options;
  const toClients = { controller, tell, log };
  const channels = await ChannelDesk.open({ sockets, settings: application.dataChannels, send, ...toClients });
  const devices = await DeviceDesk.open({ sockets, wanted: application.devices, ...toClients });
  const gamepads = await resources.own(GamepadDesk.open({ count: application.gamepads, helper: gamepadHelper, tell, log }));
  const camera = await resources.own(openCamera({ wanted: application.camera, sockets, lend: lendCamera, log }));
  return { channels, devices, gamepads, camera };
}
