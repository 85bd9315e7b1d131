import type { Input } from '#worker/input/input.ts';
import type { Steering } from './bandwidth/steer.ts';
import type { ChannelDesk } from './desks/channel-desk.ts';
import type { ControlDesk } from './desks/control-desk.ts';
import type { CursorDesk } from './desks/cursor-desk.ts';
import type { DeviceDesk } from './desks/device-desk.ts';
import type { GamepadDesk } from './desks/gamepad-desk.ts';
import type { UpLinks } from './desks/uplinks.ts';
import type { Peers } from './peers.ts';
import type { ScreenKeeper } from './screen.ts';
import type { CaptureKeeper } from './streams/capture-keeper.ts';

/** What a session that is up consists of. */
export interface Parts {
  input: Input;
  peers: Peers;
  desk: ControlDesk;
  channels: ChannelDesk;
  devices: DeviceDesk;
  gamepads: GamepadDesk;
  upLinks: UpLinks;
  cursors: CursorDesk;
  captures: CaptureKeeper;
  bandwidth: Steering;
  screen: ScreenKeeper;
}
