import { setTimeout } from 'node:timers/promises';
import { AppError } from '#shared/errors.ts';
import type { Screen } from '#shared/screen.ts';
import { defaultBitrateKbps } from '#worker/capture/bitrate.ts';
import type { Capture, Pipeline } from '#worker/capture/capture.ts';
import { type Input, openInput } from '#worker/input/input.ts';
import { type Instance, startInstance } from '#worker/instance/instance.ts';
import type { Ingest, MediaRoom } from '#worker/media/room.ts';
import { openIpcNamespace } from '#worker/process/ipc-namespace.ts';
import { CaptureKeeper } from './capture-keeper.ts';
import { ChannelDesk } from './channel-desk.ts';
import { ControlDesk } from './control-desk.ts';
import type { SessionOptions } from './options.ts';
import { Peers } from './peers.ts';
import type { Resources } from './resources.ts';
import type { RunningState, SessionEvent } from './state.ts';
import { Streams } from './streams.ts';

/** How long a display that can't be reached waits for what its instance says of it. Milliseconds. */
const reasonWaitMs = 2000;

export interface LaunchOptions extends SessionOptions {
  screen: Screen;
  resources: Resources;
  dispatch: (event: SessionEvent) => void;
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
}

/** What a session that is up consists of. */
export interface Parts {
  input: Input;
  peers: Peers;
  desk: ControlDesk;
  channels: ChannelDesk;
  captures: CaptureKeeper;
}

/** Starts a session's parts, those that do not need each other at once. What it has started is in `resources`. */
export async function launch(options: LaunchOptions): Promise<Parts> {
  const { order, application, media, screen, resources, dispatch, log } = options;
  const failure = Promise.withResolvers<AppError>();
  const fail = (error: AppError): void => {
    failure.resolve(error);
    dispatch({ type: 'failed', error: error.toWire() });
  };

  const { enter } = await resources.own(openIpcNamespace(log));
  const captures = new CaptureKeeper({
    enter,
    gstreamerPlugins: options.gstreamerPlugins,
    log,
    onRestart: () => streams?.restart(),
    onFailure: fail,
  });
  let streams: Streams | null = null;
  // Forked now, so that the first client finds it ready; it does nothing until then.
  const [instance, room] = await Promise.all([
    resources.own(
      startInstance({
        id: order.session,
        application,
        screen,
        extraData: order.extraData,
        stateDirectory: options.stateDirectory,
        enter,
        log,
        onFailure: fail,
        onEnded: () => dispatch({ type: 'application-ended' }),
      }),
    ),
    resources.own(media.createRoom(() => fail(new AppError('media_failed')))),
    resources.own(captures.current().then(() => captures)),
  ]);
  const input = await resources.own(openInput({ display: instance.display, screen, log })).catch(async (cause: unknown) => {
    if (resources.closing) throw new AppError('session_ended', { cause });
    // An instance that is going down takes its display with it, and has the better reason.
    const later = setTimeout(reasonWaitMs, new AppError('display_failed', { cause }), { ref: false });
    throw await Promise.race([failure.promise, later]);
  });

  streams = new Streams({
    room,
    capture: () => captures.current(),
    start: (capture, ingest) => startPipeline(capture, ingest, instance, screen),
    onFailure: (error) => captures.failed(error),
  });
  const { peers, desk, channels } = await clientsOf(options, room, streams, instance, input);
  await resources.own(Promise.resolve(streams));
  await resources.own(Promise.resolve({ close: () => peers.closeAll() }));
  return { input, peers, desk, channels, captures };
}

/** What hears clients and speaks to them. */
async function clientsOf(
  { application, codecs, dispatch, state, log }: LaunchOptions,
  room: MediaRoom,
  streams: Streams,
  instance: Instance,
  input: Input,
): Promise<Pick<Parts, 'peers' | 'desk' | 'channels'>> {
  const channels = await ChannelDesk.open({
    sockets: instance.sockets,
    settings: application.dataChannels,
    send: (peer, channel, message) => peers.sendOn(peer, channel, message),
    tell: (peer, type, data) => peers.send(peer, type, data),
    log,
  });
  const desk = new ControlDesk({
    state,
    onInput: (message) => input.handle(message),
    send: (peer, type, data) => peers.send(peer, type, data),
    dispatch,
    log,
  });
  const peers: Peers = new Peers({
    room,
    streams,
    codecs,
    hasSound: instance.sound !== null,
    onControl: (peer, text) => desk.hear(peer, text),
    onControlOpen: (peer) => desk.opened(peer),
    onChannelOpen: (peer, channel) => channels.opened(peer, channel),
    onMessage: (peer, channel, message) => channels.hear(peer, channel, message),
    onState: (peer, next) =>
      dispatch(next === 'closed' ? { type: 'left', peer, reason: 'connection closed' } : { type: next, peer }),
  });
  return { peers, desk, channels };
}

async function startPipeline(capture: Capture, ingest: Ingest, instance: Instance, screen: Screen): Promise<Pipeline> {
  const { port, ssrc, payloadType, playoutDelayExtensionId } = ingest;
  if (ingest.codec === 'OPUS') {
    if (instance.sound === null) throw new TypeError('An instance without sound has no audio stream.');
    return await capture.startAudio({ ...instance.sound, rtp: { port, ssrc, payloadType } });
  }
  return await capture.startVideo({
    display: instance.display.name,
    authority: instance.display.authority,
    width: screen.width,
    height: screen.height,
    fps: screen.fps,
    codec: ingest.codec,
    bitrateKbps: defaultBitrateKbps(screen.width, screen.height, screen.fps),
    rtp: { port, ssrc, payloadType, playoutDelayExtensionId },
  });
}
