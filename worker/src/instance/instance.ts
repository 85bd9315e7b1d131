import { chown } from 'node:fs/promises';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Screen } from '#shared/screen.ts';
import { type Scope, traced, untraced } from '#shared/trace.ts';
import type { Application } from '#worker/application.ts';
import { type App, startApp } from './app.ts';
import type { Base } from './base.ts';
import type { DisplayAddress } from './display.ts';
import { type End, judge } from './end.ts';
import { createAppFiles, type LogPaths, removePaths } from './paths.ts';
import type { SoundAddress } from './sound.ts';

export interface InstanceOptions {
  /** What it stands on, and closes with it. */
  base: Base;
  /** The session's. */
  id: string;
  application: Application;
  /** The screen as it is: the application is told. */
  screen: Screen;
  /** Any JSON value: the application finds it in a file. */
  extraData: unknown;
  /** Where the application's log is while it runs. */
  stateDirectory: string;
  /** Devices that the application sees besides: its gamepads. Default: none. */
  devices?: readonly string[];
  log: Logger;
  /** The trace that the start belongs to. Default: none. */
  scope?: Scope;
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
  /** Every process of it that runs now. */
  pids(): number[];
  /** Ends all of it. Resolves when nothing is left: no process, no file. Idempotent. After it, nothing is called back. */
  close(): Promise<void>;
}

/**
 * Starts an application on a base. Resolves as soon as it is started: one that ends at once is told of like one that ends later.
 *
 * @throws AppError `application_failed`; nothing is left then, of the base neither, and nothing is called back.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { base, id, application, screen, stateDirectory, extraData, devices = [], log, onFailure, onEnded } = options;
  const { scope = untraced() } = options;
  const startedAt = performance.now();
  const { isolation, paths, enter } = base;
  let files: LogPaths | undefined;
  let app: App | undefined;
  const { promise: firstEnd, resolve: ended } = Promise.withResolvers<End>();
  void base.ended.then(ended);

  let ending: Promise<void> | undefined;
  let closed = false;
  const end = (): Promise<void> => {
    ending ??= (async () => {
      await app?.stop();
      await base.close();
      if (files !== undefined) await removePaths(files.logDirectory);
    })();
    return ending;
  };

  try {
    if (!application.sound) void base.dropSound();
    const user = isolation.kind === 'none' ? undefined : isolation.user;
    files = await createAppFiles(paths, { id, stateDirectory, extraData, user });
    // What the kernel has made belongs to root.
    if (user !== undefined) for (const path of devices) await chown(path, user.uid, user.gid);
    const { display, sound } = base;
    const appOptions = { id, application, screen, display, sound, paths, devices, logFile: files.log, isolation, enter, log };
    app = await traced(scope, 'application', { attributes: { application: application.name } }, () =>
      startApp({ ...appOptions, onExit: (exit) => ended({ part: 'application', exit }) }),
    );
  } catch (error) {
    await end();
    throw AppError.from(error);
  }
  log.info('instance.started', { ms: Math.round(performance.now() - startedAt), isolation: isolation.kind });

  const running = app;
  void firstEnd.then(async (first) => {
    if (ending !== undefined) return;
    const failure = await judge(first, application, { child: base.displayProcess });
    if (failure === undefined) log.info('instance.ended');
    else log.warn('instance.failed', { code: failure.code, output: running.child.tail() });
    await end();
    if (closed) return;
    if (failure === undefined) onEnded();
    else onFailure(failure);
  });

  return {
    display: base.display,
    sound: base.sound,
    pids: () => [...running.pids(), ...base.pids()],
    close() {
      closed = true;
      return end();
    },
  };
}
