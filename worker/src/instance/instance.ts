import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Screen } from '#shared/screen.ts';
import type { Application } from '#worker/application.ts';
import type { ChildExit } from '#worker/process/exit.ts';
import { type App, startApp } from './app.ts';
import { type Display, type DisplayAddress, startDisplay } from './display.ts';
import { type End, judge, survives } from './end.ts';
import { findIsolation } from './isolation.ts';
import { createPaths, removePaths } from './paths.ts';
import type { Isolation } from './sandbox.ts';
import { SocketFolder } from './sockets/folder.ts';
import { type Sound, type SoundAddress, startSound } from './sound.ts';

export interface InstanceOptions {
  /** The session's. */
  id: string;
  application: Application;
  screen: Screen;
  /** Any JSON value: the application finds it in a file. */
  extraData: unknown;
  /** Where the application's log is while it runs. */
  stateDirectory: string;
  /** Default: the best that works on this host. */
  isolation?: Isolation;
  /**
   * The words before a command line that put the display and the application into one IPC namespace, so that pictures pass between
   * them through shared memory. Default: none, and the application is alone in its own.
   */
  enter?: readonly string[];
  log: Logger;
  /**
   * Called once where something essential has ended, after everything else has been ended too. `application_exited`,
   * `display_failed` or `sound_failed`; the message is for people.
   */
  onFailure: (error: AppError) => void;
  /** Called once where the application has ended by itself, with code 0, after everything else has been ended too. */
  onEnded: () => void;
}

/** A display, a sound server, and an application in both. */
export interface Instance {
  readonly display: DisplayAddress;
  /** Null where the application is silent. */
  readonly sound: SoundAddress | null;
  /** Where its application finds what clients send it. */
  readonly sockets: SocketFolder;
  /** Every process of it that runs now. */
  pids(): number[];
  /** Ends all of it. Resolves when nothing is left: no process, no file. Idempotent. After it, nothing is called back. */
  close(): Promise<void>;
}

/** How long the application is watched before it counts as started, in milliseconds. */
const graceMs = 50;

/**
 * Starts an instance. Resolves when its display and sound are up and the application runs. An application that ends at once
 * with code 0 was started too: `onEnded` follows.
 *
 * @throws AppError `application_failed`, `application_exited`, `display_failed` or `sound_failed`; nothing is left then, and
 * nothing is called back.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { id, application, screen, stateDirectory, extraData, enter = [], log, onFailure, onEnded } = options;
  const startedAt = performance.now();
  const isolation = options.isolation ?? (await findIsolation(log));
  const user = isolation.kind === 'none' ? undefined : isolation.user;
  const paths = await createPaths({ id, stateDirectory, extraData, user });
  const sockets = new SocketFolder(paths.sockets, log);
  let display: Display | undefined;
  let sound: Sound | undefined;
  let app: App | undefined;
  const { promise: firstEnd, resolve: ended } = Promise.withResolvers<End>();
  const onExit = (part: End['part']) => (exit: ChildExit) => ended({ part, exit });

  let ending: Promise<void> | undefined;
  let closed = false;
  const end = (): Promise<void> => {
    ending ??= (async () => {
      await app?.stop();
      await Promise.all([sound?.child.stop(), display?.stop(), sockets.close()]);
      await removePaths(paths);
    })();
    return ending;
  };

  try {
    // Each is kept as soon as it runs, so that it is ended where the other fails.
    const servers = await Promise.allSettled([
      startDisplay({ screen, authority: paths.xauthority, enter, log, onExit: onExit('display') }).then((it) => {
        display = it;
      }, failAs('display_failed')),
      application.sound
        ? startSound({ home: paths.soundHome, socket: paths.soundSocket, log, onExit: onExit('sound') }).then((it) => {
            sound = it;
          }, failAs('sound_failed'))
        : undefined,
    ]);
    for (const server of servers) if (server.status === 'rejected') throw server.reason;
    if (display === undefined) throw new AppError('display_failed');

    const soundAddress = sound?.address ?? null;
    const appOptions = { id, application, screen, display: display.address, sound: soundAddress, paths, isolation, enter, log };
    app = await startApp({ ...appOptions, onExit: onExit('application') });
    const exit = await survives(app.child, graceMs);
    if (exit !== undefined && exit.code !== 0) throw await judge({ part: 'application', exit }, application, display);
  } catch (error) {
    await end();
    throw AppError.from(error);
  }
  log.info('instance.started', { ms: Math.round(performance.now() - startedAt), isolation: isolation.kind });

  const running = { display, sound, app };
  void firstEnd.then(async (first) => {
    if (ending !== undefined) return;
    const failure = await judge(first, application, running.display);
    if (failure === undefined) log.info('instance.ended');
    else log.warn('instance.failed', { code: failure.code, output: running.app.child.tail() });
    await end();
    if (closed) return;
    if (failure === undefined) onEnded();
    else onFailure(failure);
  });

  return {
    display: running.display.address,
    sound: running.sound?.address ?? null,
    sockets,
    pids: () => [
      ...running.app.pids(),
      ...(running.sound === undefined ? [] : [running.sound.child.pid]),
      running.display.child.pid,
    ],
    close() {
      closed = true;
      return end();
    },
  };
}

const failAs =
  (code: 'display_failed' | 'sound_failed') =>
  (cause: unknown): never => {
    throw new AppError(code, { message: cause instanceof Error ? cause.message : String(cause), cause });
  };
