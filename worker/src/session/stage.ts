import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import { type Scope, traced, untraced } from '#shared/trace.ts';
import { type Input, openInput } from '#worker/input/input.ts';
import { type Base, openBase } from '#worker/instance/base.ts';
import { judgeBase } from '#worker/instance/end.ts';
import type { Media } from '#worker/media/media.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { openIpcNamespace } from '#worker/process/ipc-namespace.ts';
import { type Priority, schedulingWords } from '#worker/process/scheduling.ts';
import { lateLog } from './late-log.ts';
import { Resources } from './resources.ts';
import { CaptureKeeper } from './streams/capture-keeper.ts';

export interface StageOptions {
  /** The largest that the screen may become. Pixels. */
  largest: Size;
  sound: boolean;
  /** Whether the display has a touch screen. Default: not. */
  touch?: boolean;
  /** The driver by which a display with a touch screen has a tablet too. Default: it has none. */
  penDriver?: string | undefined;
  media: Media;
  gstreamerPlugins: string;
  capturePriority: Priority;
  log: Logger;
  /** The trace that the start belongs to. Default: none. */
  scope?: Scope;
}

/** What a stage tells the session that it is for. */
export interface StageUser {
  log: Logger;
  /** The pipelines are gone with their process; the next one is `captures.current()`. */
  onCaptureRestart: () => void;
  /** A part that nothing can replace is gone. */
  onFailure: (error: AppError) => void;
}

/** All that an application needs to be seen: display, sound, capture, media and input. It is good for one session. */
export interface Stage {
  readonly base: Base;
  readonly room: MediaRoom;
  readonly captures: CaptureKeeper;
  readonly input: Input;
  /** Resolves with the first failure of a part. */
  readonly failed: Promise<AppError>;
  /** Whose it is from now on: once. */
  assign(user: StageUser): void;
  /** Called with the logger of whoever it is assigned to. */
  onAssigned(listener: (log: Logger) => void): void;
  /** Closes what would take the display's end for a failure. Idempotent. */
  closeUsers(): Promise<void>;
  close(): Promise<void>;
}

/** How long a display that can't be reached waits for what its server says of that. Milliseconds. */
const reasonWaitMs = 2000;

/**
 * Sets a stage up, those of its parts that do not need each other at once.
 *
 * @throws AppError what its first failure is; nothing is left then.
 */
export async function setStage({
  largest,
  sound,
  media,
  gstreamerPlugins,
  capturePriority,
  log: firstLog,
  ...rest
}: StageOptions): Promise<Stage> {
  const { scope = untraced() } = rest;
  const touch = { touch: rest.touch, penDriver: rest.penDriver };
  const { log, become } = lateLog(firstLog);
  const resources = new Resources(log);
  const failure = Promise.withResolvers<AppError>();
  const listeners = [become];
  let user: StageUser | null = null;
  try {
    const [{ enter }, first] = await Promise.all([resources.own(openIpcNamespace(log)), schedulingWords(capturePriority, log)]);
    const captures = new CaptureKeeper({
      enter: [...enter, ...first],
      gstreamerPlugins,
      log,
      onRestart: () => user?.onCaptureRestart(),
      onFailure: (error) => failure.resolve(error),
    });
    // Forked now, so that the first client finds it ready; it does nothing until then.
    const [[base, input], room] = await Promise.all([
      resources.own(openBase({ screen: largest, sound, ...touch, enter, log, scope })).then(async (base) => {
        void base.ended.then((end) => failure.resolve(judgeBase(end)));
        return [base, await resources.own(traced(scope, 'input', {}, () => reachInput(base, log, failure.promise)))] as const;
      }),
      resources.own(
        traced(scope, 'media room', {}, () => media.createRoom(() => failure.resolve(new AppError('media_failed')), log)),
      ),
      resources.own(traced(scope, 'capture', {}, () => captures.current()).then(() => captures)),
    ]);
    return {
      ...{ base, room, captures, input },
      failed: failure.promise,
      assign(next) {
        user = next;
        for (const listener of listeners) listener(next.log);
        void failure.promise.then(next.onFailure);
      },
      onAssigned: (listener) => {
        listeners.push(listener);
      },
      async closeUsers() {
        input.close();
        await captures.close();
      },
      close: () => resources.close(),
    };
  } catch (error) {
    await resources.close();
    throw error;
  }
}

/** A display that is going down can't be reached, and has the better reason. */
async function reachInput({ display }: Base, log: Logger, failed: Promise<AppError>): Promise<Input> {
  return await openInput({ display, log }).catch(async (cause: unknown) => {
    const later = delay(reasonWaitMs, new AppError('display_failed', { cause }), { ref: false });
    throw await Promise.race([failed, later]);
  });
}
