import type { ApplicationMessage, DisplayMessage } from '#shared/control.ts';
import { AppError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import { traced } from '#shared/trace.ts';
import { bitrateRange, leastKbps } from '#worker/capture/bitrate.ts';
import type { Capture, CodedPicture } from '#worker/capture/capture.ts';
import type { GamepadMessage } from '#worker/input/gamepad/events.ts';
import type { Input } from '#worker/input/input.ts';
import { startInstance } from '#worker/instance/instance.ts';
import { type Steering, steerStreams } from './bandwidth/steer.ts';
import { openCamera } from './desks/camera.ts';
import { ChannelDesk } from './desks/channel-desk.ts';
import { ClipboardDesk, hearsCopies } from './desks/clipboard-desk.ts';
import { ControlDesk } from './desks/control-desk.ts';
import { CursorDesk } from './desks/cursor-desk.ts';
import { DeviceDesk } from './desks/device-desk.ts';
import { GamepadDesk } from './desks/gamepad-desk.ts';
import { microphoneOf } from './desks/microphone.ts';
import { UpLinks } from './desks/uplinks.ts';
import { lowStreams } from './low-streams.ts';
import type { SessionOptions } from './options.ts';
import { Peers } from './peers.ts';
import type { Resources } from './resources.ts';
import { displayFor, ScreenKeeper, withinLimits } from './screen.ts';
import type { Stage } from './stage.ts';
import type { RunningState, SessionEvent } from './state.ts';
import type { CaptureKeeper } from './streams/capture-keeper.ts';
import { offerOrder } from './streams/codecs.ts';
import { startPipeline } from './streams/start-pipeline.ts';
import { Streams, type StreamsOptions } from './streams/streams.ts';

/** What an encoder starts with: most links carry it, and it grows from there within seconds. */
const startKbps = 3000;

/** How long a session keeps ready what its first client is most likely to take. */
const preparedMs = 4000;

export interface LaunchOptions extends SessionOptions {
  resources: Resources;
  dispatch: (event: SessionEvent) => void;
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  /** The first frame has gone to a client. Undefined: nobody wants to know. */
  onFirstFrame: ((peer: PeerId) => void) | undefined;
}

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

/** Starts a session's parts. What it has started is in `resources`. */
export async function launch(options: LaunchOptions): Promise<Parts> {
  const { order, application, bitrates, resources, dispatch, log, scope } = options;
  const fail = (error: AppError): void => dispatch({ type: 'failed', error: error.toWire() });
  /** The main ones, and those beside them. */
  const encoded: Streams[] = [];

  const { stage, prestarted } = await resources.own(traced(scope, 'stage', {}, (inner) => options.open(inner)));
  const onCaptureRestart = (): void => {
    for (const streams of encoded) streams.restart();
  };
  stage.assign({ log, onCaptureRestart, onFailure: fail });
  const { base, room, captures, input } = stage;
  const keepsSize = prestarted !== null && application.resize === 'fixed';
  const initial = keepsSize ? prestarted.screen : withinLimits(order.screen, application.maxScreen);
  // The application finds its screen in the size that was asked for.
  await input.resize(displayFor(initial, application)).catch((cause: unknown) => {
    throw new AppError(resources.closing ? 'session_ended' : 'display_failed', { cause });
  });
  let clients: Clients | null = null;
  const toClients = {
    controller: () => options.state()?.controller ?? null,
    tell: (peer: PeerId, type: string, data: string) => clients?.peers.send(peer, type, data),
    log,
  };
  // Before the application, which may look for its sockets at once.
  const channels = await ChannelDesk.open({
    sockets: base.sockets,
    settings: application.dataChannels,
    send: async (peer, channel, message) => await clients?.peers.sendOn(peer, channel, message),
    ...toClients,
  });
  const devices = await DeviceDesk.open({ sockets: base.sockets, wanted: application.devices, ...toClients });
  const gamepads = await resources.own(
    GamepadDesk.open({ count: application.gamepads, helper: options.gamepadHelper, ...toClients }),
  );
  const camera = await resources.own(
    openCamera({ wanted: application.camera, sockets: base.sockets, lend: options.lendCamera, log }),
  );
  const onEnded = (): void => dispatch({ type: 'application-ended' });
  void prestarted?.ended.then((error) => (error === null ? onEnded() : fail(error)));
  const instance =
    prestarted?.instance ??
    (await resources.own(
      startInstance({
        ...{ base, application, screen: initial, log, onEnded, scope },
        id: order.session,
        devices: [...gamepads.devices, ...camera.devices],
        extraData: order.extraData,
        stateDirectory: options.stateDirectory,
        onFailure: fail,
      }),
    ));
  await resources.own(Promise.resolve({ close: () => stage.closeUsers() }));
  const screen = new ScreenKeeper({
    ...{ application, initial, log },
    resize: (next) => input.resize(displayFor(next, application)),
    onChange: (now, before) => {
      if (now.fps !== before.fps) for (const streams of encoded) streams.renew();
    },
  });
  const capture = (): Promise<Capture> => captures.current();
  const start =
    (picture: CodedPicture): StreamsOptions['start'] =>
    (from, ingest, how) =>
      startPipeline({ ...how, capture: from, ingest, instance, screen: screen.current, picture, encoders: options.encoders });
  const whole = (): CodedPicture => ({ fps: screen.current.fps, size: null });
  const streams = new Streams({
    room,
    capture,
    start: (...how) => start(whole())(...how),
    startRate: () => ({ kbps: Math.min(startKbps, bitrateRange(screen.current, bitrates).maxKbps), picture: whole() }),
    onFailure: (error) => captures.failed(error),
  });
  const low = lowStreams({ ...{ room, streams, bitrates, capture, start, log }, screen: () => screen.current });
  encoded.push(streams, low);
  // The encoders start while the first client is still on its way.
  const [likely] = offerOrder([], options.codecs, streams.running);
  if (likely !== undefined) streams.prepare(likely, preparedMs);
  if (instance.sound !== null) streams.prepare('OPUS', preparedMs);
  const upLinks = new UpLinks({
    uses: [instance.sound === null ? null : microphoneOf(instance.sound, log), camera.use].filter((use) => use !== null),
    noCamera: camera.why,
    ...toClients,
  });
  const served = { stage, streams, low, screen, channels, devices, gamepads, upLinks, hasSound: instance.sound !== null };
  const { peers, desk, cursors, bandwidth } = clientsOf(options, served);
  clients = { peers, desk };
  await resources.own(Promise.resolve(streams));
  await resources.own(Promise.resolve(low));
  await resources.own(Promise.resolve(bandwidth));
  await resources.own(Promise.resolve({ close: () => peers.closeAll() }));
  await resources.own(Promise.resolve(upLinks));
  return { input, peers, desk, channels, devices, gamepads, upLinks, cursors, captures, bandwidth, screen };
}

type Clients = Pick<Parts, 'peers' | 'desk'>;

interface Served extends Pick<Parts, 'channels' | 'devices' | 'gamepads' | 'upLinks' | 'screen'> {
  stage: Stage;
  streams: Streams;
  low: Streams;
  hasSound: boolean;
}

/** What hears clients and speaks to them. */
function clientsOf(
  options: LaunchOptions,
  { stage, streams, low, screen, channels, devices, gamepads, upLinks, hasSound }: Served,
): Clients & Pick<Parts, 'cursors' | 'bandwidth'> {
  const { application, bitrates, codecs, dispatch, state, onFirstFrame, log } = options;
  const { room, input } = stage;
  const clipboard = new ClipboardDesk({
    policy: application.clipboard,
    controller: () => state()?.controller ?? null,
    paste: (text) => input.setClipboard(text),
    tell: (peer, type, data) => peers.send(peer, type, data),
    log,
  });
  if (hearsCopies(application.clipboard)) input.watchClipboard((text) => clipboard.copied(text));
  const cursors = new CursorDesk({
    state,
    tell: (peer, type, data) => peers.send(peer, type, data),
    showPointer: (on) => {
      for (const each of [streams, low]) each.showPointer(on);
    },
  });
  input.watchCursor((cursor) => cursors.changed(cursor));
  const desk = new ControlDesk({
    state,
    onCursorLocal: (peer, on) => cursors.set(peer, on),
    onMessage: (peer, message) => {
      if (message.type === 'clipboard::set') clipboard.set(peer, message.data);
      else if (isOfGamepad(message)) gamepads.take(peer, message);
      else if (isOfDisplay(message)) input.handle(message);
      else devices.take(peer, message);
    },
    screen,
    send: (peer, type, data) => peers.send(peer, type, data),
    dispatch,
    log,
  });
  const peers: Peers = new Peers({
    room,
    streams,
    codecs,
    hasSound,
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
    onFirstFrame,
    onState: (peer, next) => {
      if (next === 'connected') bandwidth.start();
      dispatch(next === 'closed' ? { type: 'left', peer, reason: 'connection closed' } : { type: next, peer });
    },
  });
  const bandwidth = steerStreams({
    codecs: [...codecs.usual, ...codecs.onRequest],
    streams,
    low,
    peers,
    state,
    limits: () => ({ minKbps: leastKbps, maxKbps: bitrateRange(screen.current, bitrates).maxKbps }),
    screen: () => screen.current,
    bitrates,
    log,
  });
  return { peers, desk, cursors, bandwidth };
}

const isOfGamepad = (message: ApplicationMessage): message is GamepadMessage => message.type.startsWith('input::gamepad-');
const isOfDisplay = (message: ApplicationMessage): message is DisplayMessage =>
  message.type.startsWith('input::') && !isOfGamepad(message);
