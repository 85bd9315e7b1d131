import { AppError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Screen } from '#shared/screen.ts';
import { traced } from '#shared/trace.ts';
import { type Instance, startInstance } from '#worker/instance/instance.ts';
import { type Clients, clientsOf } from './clients.ts';
import { microphoneOf } from './desks/microphone.ts';
import { openDesks } from './desks/open-desks.ts';
import { UpLinks } from './desks/uplinks.ts';
import { type Encoding, encodingOf } from './encoding.ts';
import type { Opening } from './opening.ts';
import type { SessionOptions } from './options.ts';
import type { Parts } from './parts.ts';
import type { Resources } from './resources.ts';
import { displayFor, ScreenKeeper, withinLimits } from './screen.ts';
import type { RunningState, SessionEvent } from './state.ts';

export interface LaunchOptions extends SessionOptions {
  resources: Resources;
  dispatch: (event: SessionEvent) => void;
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  /** The first frame has gone to a client. Undefined: nobody wants to know. */
  onFirstFrame: ((peer: PeerId) => void) | undefined;
}

/** Starts a session's parts. What it has started is in `resources`. */
export async function launch(options: LaunchOptions): Promise<Parts> {
  const { application, resources, log, scope } = options;
  let encoding: Encoding | null = null;
  let clients: Clients | null = null;
  const toClients = {
    controller: () => options.state()?.controller ?? null,
    tell: (peer: PeerId, type: string, data: string): void => clients?.peers.send(peer, type, data),
    log,
  };

  const opening = await resources.own(traced(scope, 'stage', {}, (inner) => options.open(inner)));
  const { stage } = opening;
  stage.assign({ log, onCaptureRestart: () => encoding?.restart(), onFailure: (error) => fail(options, error) });
  const { base, room, captures, input } = stage;
  const initial = await setDisplay(options, opening);
  const { channels, devices, gamepads, camera } = await openDesks({
    ...{ ...options, ...toClients, sockets: base.sockets },
    send: async (peer, channel, message) => await clients?.peers.sendOn(peer, channel, message),
  });
  const instance = await startApplication(options, opening, initial, [...gamepads.devices, ...camera.devices]);
  await resources.own({ close: () => stage.closeUsers() });
  const screen = new ScreenKeeper({
    ...{ application, initial, log },
    resize: (next) => input.resize(displayFor(next, application)),
    onChange: (now, before) => {
      if (now.fps !== before.fps) encoding?.renew();
      if (now.width !== before.width) clients?.cursors.settle();
    },
  });
  encoding = encodingOf({ ...options, stage, instance, screen: () => screen.current });
  const microphone = instance.sound === null ? null : microphoneOf(instance.sound, log);
  const uses = [microphone, camera.use].filter((use) => use !== null);
  const upLinks = new UpLinks({ uses, noCamera: camera.why, ...toClients });
  const desks = { channels, devices, gamepads, upLinks };
  clients = clientsOf({ ...options, ...desks, room, input, encoding, screen, hasSound: instance.sound !== null });
  const { peers, cursors, bandwidth } = clients;
  for (const part of [encoding.streams, encoding.low, bandwidth, { close: () => peers.closeAll() }, cursors, upLinks]) {
    await resources.own<{ close(): void | Promise<void> }>(part);
  }
  return { input, ...desks, ...clients, captures, screen };
}

const fail = ({ dispatch }: LaunchOptions, error: AppError): void => dispatch({ type: 'failed', error: error.toWire() });

/** Makes the display as it was asked for, as far as the application lets it: it finds it so. @returns the screen that it has. */
async function setDisplay({ order, application, resources }: LaunchOptions, { stage, prestarted }: Opening): Promise<Screen> {
  const keepsSize = prestarted !== null && application.resize === 'fixed';
  const initial = keepsSize ? prestarted.screen : withinLimits(order.screen, application.maxScreen);
  await stage.input.resize(displayFor(initial, application)).catch((cause: unknown) => {
    throw new AppError(resources.closing ? 'session_ended' : 'display_failed', { cause });
  });
  return initial;
}

/** Starts the application, unless it was started beforehand. */
async function startApplication(
  options: LaunchOptions,
  { stage, prestarted }: Opening,
  screen: Screen,
  devices: readonly string[],
): Promise<Instance> {
  const { order, application, stateDirectory, resources, dispatch, log, scope } = options;
  const onFailure = (error: AppError): void => fail(options, error);
  const onEnded = (): void => dispatch({ type: 'application-ended' });
  if (prestarted !== null) {
    void prestarted.ended.then((error) => (error === null ? onEnded() : onFailure(error)));
    return prestarted.instance;
  }
  const { session: id, extraData } = order;
  const { base } = stage;
  return await resources.own(
    startInstance({ id, extraData, base, application, screen, devices, stateDirectory, log, scope, onFailure, onEnded }),
  );
}
