import type { CursorPlace } from '#shared/control/cursor.ts';
import type { ApplicationMessage, DisplayMessage } from '#shared/control.ts';
import type { PeerId } from '#shared/ids.ts';
import { bitrateRange, leastKbps } from '#worker/capture/bitrate.ts';
import type { GamepadMessage } from '#worker/input/gamepad/events.ts';
import type { Input } from '#worker/input/input.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { steerStreams } from './bandwidth/steer.ts';
import { ClipboardDesk, hearsCopies } from './desks/clipboard-desk.ts';
import { ControlDesk } from './desks/control-desk.ts';
import { CursorDesk } from './desks/cursor-desk.ts';
import type { Encoding } from './encoding.ts';
import type { SessionOptions } from './options.ts';
import type { Parts } from './parts.ts';
import { Peers } from './peers.ts';
import type { RunningState, SessionEvent } from './state.ts';

export interface ClientsOptions
  extends Pick<SessionOptions, 'application' | 'bitrates' | 'codecs' | 'log'>,
    Pick<Parts, 'channels' | 'devices' | 'gamepads' | 'upLinks' | 'screen'> {
  room: MediaRoom;
  input: Input;
  encoding: Encoding;
  hasSound: boolean;
  dispatch: (event: SessionEvent) => void;
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  /** The first frame has gone to a client. Undefined: nobody wants to know. */
  onFirstFrame: ((peer: PeerId) => void) | undefined;
}

/** What hears clients and speaks to them. */
export type Clients = Pick<Parts, 'peers' | 'desk' | 'cursors' | 'bandwidth'>;

/** Joins what clients say to what hears it, and what they are told to who tells it. */
export function clientsOf(options: ClientsOptions): Clients {
  const { input, screen, state, dispatch, log } = options;
  const { streams, low } = options.encoding;
  const tell = (peer: PeerId, type: string, data: string): void => peers.send(peer, type, data);
  const clipboard = clipboardOf(options, tell);
  const showPointer = (on: boolean): void => {
    for (const each of [streams, low]) each.showPointer(on);
  };
  const tellPassing = (peer: PeerId, type: string, data: string): Promise<number> => peers.sendPassing(peer, type, data);
  const followPointer = (onPlace: (place: CursorPlace) => void): (() => void) => input.followPointer(onPlace);
  const displayWidth = (): number => screen.current.width;
  const cursors = new CursorDesk({ state, displayWidth, tell, tellPassing, showPointer, followPointer });
  input.watchCursor((cursor) => cursors.changed(cursor));
  const onMessage = toApplication(options, clipboard);
  const desk = new ControlDesk({
    ...{ state, onMessage, screen, dispatch, log, send: tell },
    onCursor: (peer, whose, on) => cursors.set(peer, whose, on),
  });
  const peers: Peers = peersOf(options, desk, () => bandwidth.start());
  const bandwidth = steeringOf(options, peers);
  return { peers, desk, cursors, bandwidth };
}

type Tell = (peer: PeerId, type: string, data: string) => void;

function clipboardOf({ application, state, input, log }: ClientsOptions, tell: Tell): ClipboardDesk {
  const policy = application.clipboard;
  const controller = (): PeerId | null => state()?.controller ?? null;
  const clipboard = new ClipboardDesk({ policy, controller, paste: (text) => input.setClipboard(text), tell, log });
  if (hearsCopies(policy)) input.watchClipboard((text) => clipboard.copied(text));
  return clipboard;
}

/** Where each message of the client in control goes. */
function toApplication({ gamepads, input, devices }: ClientsOptions, clipboard: ClipboardDesk) {
  return (peer: PeerId, message: ApplicationMessage): void => {
    if (message.type === 'clipboard::set') clipboard.set(peer, message.data);
    else if (isOfGamepad(message)) gamepads.take(peer, message);
    else if (isOfDisplay(message)) input.handle(message);
    else devices.take(peer, message);
  };
}

function peersOf(options: ClientsOptions, desk: ControlDesk, onConnected: () => void): Peers {
  const { room, encoding, codecs, hasSound, bitrates, screen, channels, devices, upLinks, dispatch, onFirstFrame } = options;
  return new Peers({
    ...{ room, streams: encoding.streams, codecs, hasSound, onFirstFrame },
    takes: { microphone: upLinks.takes('microphone'), camera: upLinks.takes('camera') },
    maxKbps: () => bitrateRange(screen.current, bitrates).maxKbps,
    onControl: (peer, text) => desk.hear(peer, text),
    onControlOpen: (peer) => {
      desk.opened(peer);
      devices.opened(peer);
      upLinks.opened(peer);
    },
    onChannelOpen: (peer, channel) => channels.opened(peer, channel),
    onMessage: (peer, channel, message) => channels.hear(peer, channel, message),
    onUpLink: (peer, name, upLink) => upLinks.add(peer, name, upLink),
    onState: (peer, next) => {
      if (next === 'connected') onConnected();
      dispatch(next === 'closed' ? { type: 'left', peer, reason: 'connection closed' } : { type: next, peer });
    },
  });
}

const steeringOf = ({ encoding, codecs, bitrates, screen, state, log }: ClientsOptions, peers: Peers): Clients['bandwidth'] =>
  steerStreams({
    ...{ streams: encoding.streams, low: encoding.low, peers, state, bitrates, log },
    codecs: [...codecs.usual, ...codecs.onRequest],
    limits: () => ({ minKbps: leastKbps, maxKbps: bitrateRange(screen.current, bitrates).maxKbps }),
    screen: () => screen.current,
  });

const isOfGamepad = (message: ApplicationMessage): message is GamepadMessage => message.type.startsWith('input::gamepad-');
const isOfDisplay = (message: ApplicationMessage): message is DisplayMessage =>
  message.type.startsWith('input::') && !isOfGamepad(message);
