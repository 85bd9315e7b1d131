import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import { type Scope, traced, untraced } from '#shared/trace.ts';
import type { Child } from '#worker/process/child.ts';
import type { ChildExit } from '#worker/process/exit.ts';
import { type Display, type DisplayAddress, startDisplay } from './display.ts';
import type { BaseEnd } from './end.ts';
import { findIsolation } from './isolation.ts';
import { createPaths, type InstancePaths, removePaths } from './paths.ts';
import type { Isolation } from './sandbox.ts';
import { SocketFolder } from './sockets/folder.ts';
import { type Sound, type SoundAddress, startSound } from './sound.ts';

export interface BaseOptions {
  /** The size of the screen, and the largest that it can be changed to while it runs. Pixels. */
  screen: Size;
  /** Whether a sound server runs. */
  sound: boolean;
  /** Whether the display has a touch screen. Default: not. */
  touch?: boolean | undefined;
  /** The driver by which a display with a touch screen has a tablet too. Default: it has none. */
  penDriver?: string | undefined;
  /** Default: the best that works on this host. */
  isolation?: Isolation;
  /**
   * The words before a command line that put the display and the application into one IPC namespace, so that pictures pass between
   * them through shared memory. Default: none, and the application is alone in its own.
   */
  enter?: readonly string[];
  log: Logger;
  /** The trace that the start belongs to. Default: none. */
  scope?: Scope;
}

/** A display and a sound server that wait for one application, and files of their own: what an instance stands on. */
export interface Base {
  readonly display: DisplayAddress;
  /** Null where there is none. */
  readonly sound: SoundAddress | null;
  readonly displayProcess: Child;
  readonly paths: InstancePaths;
  /** Where the application finds what clients send it. */
  readonly sockets: SocketFolder;
  readonly isolation: Isolation;
  readonly enter: readonly string[];
  /** Resolves when the display or the sound server has ended, unless they were told to. */
  readonly ended: Promise<BaseEnd>;
  /** The processes that run now. */
  pids(): number[];
  /** Ends the sound server: the application is silent. */
  dropSound(): Promise<void>;
  /** Ends all of it; nothing is left. Idempotent. */
  close(): Promise<void>;
}

/** Starts a base. @throws AppError `display_failed` or `sound_failed`; nothing is left then. */
export async function openBase({ screen, sound: wantsSound, enter = [], log, ...rest }: BaseOptions): Promise<Base> {
  const { scope = untraced() } = rest;
  const isolation = rest.isolation ?? (await findIsolation(log));
  const paths = await createPaths(isolation.kind === 'none' ? undefined : isolation.user);
  const sockets = new SocketFolder(paths.sockets);
  const { promise: ended, resolve } = Promise.withResolvers<BaseEnd>();
  let display: Display | undefined;
  let sound: Sound | undefined;
  let closing: Promise<void> | undefined;
  const onExit = (part: 'display' | 'sound') => (exit: ChildExit) => {
    if (closing === undefined && (part === 'display' || sound !== undefined)) resolve({ part, exit });
  };
  const close = (): Promise<void> => {
    closing ??= (async () => {
      await Promise.all([sound?.child.stop(), display?.stop(), sockets.close()]);
      await removePaths(paths.root);
    })();
    return closing;
  };

  // Each is kept as soon as it runs, so that it is ended where the other fails.
  const servers = await Promise.allSettled([
    traced(scope, 'display', {}, () =>
      startDisplay({
        screen,
        authority: paths.xauthority,
        xorg: rest.touch === true ? { ...paths.xorg, penDriver: rest.penDriver } : undefined,
        enter,
        log,
        onExit: onExit('display'),
      }).then((it) => {
        display = it;
      }, failAs('display_failed')),
    ),
    wantsSound
      ? traced(scope, 'sound', {}, () =>
          startSound({ home: paths.soundHome, socket: paths.soundSocket, log, onExit: onExit('sound') }).then((it) => {
            sound = it;
          }, failAs('sound_failed')),
        )
      : undefined,
  ]);
  const failure = servers.find((server) => server.status === 'rejected');
  if (failure !== undefined || display === undefined) {
    await close();
    throw AppError.from(failure?.reason ?? new AppError('display_failed'));
  }
  const running = display;
  return {
    display: running.address,
    get sound() {
      return sound?.address ?? null;
    },
    displayProcess: running.child,
    paths,
    sockets,
    isolation,
    enter,
    ended,
    pids: () => [...(sound === undefined ? [] : [sound.child.pid]), running.child.pid],
    async dropSound() {
      const dropped = sound;
      sound = undefined;
      await dropped?.child.stop();
    },
    close,
  };
}

const failAs =
  (code: 'display_failed' | 'sound_failed') =>
  (cause: unknown): never => {
    throw new AppError(code, { message: cause instanceof Error ? cause.message : String(cause), cause });
  };
