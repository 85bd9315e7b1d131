import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { fitWithin, type Screen, type ScreenChange } from '#shared/screen.ts';
import type { Application } from '#worker/application.ts';

/** Sizes that come faster are merged: each costs a keyframe and every viewer's decoder a new start. Milliseconds. */
const atMostEveryMs = 100;

/** A wish as the application's limits have it. A picture that is too large keeps its shape. */
export const withinLimits = (wish: Screen, most: Application['maxScreen']): Screen => ({
  ...fitWithin(wish, most),
  fps: Math.min(wish.fps, most.fps),
  density: wish.density,
});

/** What the display is to be: an application that does not follow the density is told nothing of it. */
export const displayFor = ({ width, height, density }: Screen, application: Pick<Application, 'density'>) => ({
  ...{ width, height },
  ...(application.density === 'follow' ? { dotsPerInch: density } : {}),
});

export interface ScreenKeeperOptions {
  application: Pick<Application, 'name' | 'maxScreen' | 'resize' | 'density'>;
  initial: Screen;
  /** Makes the display so. */
  resize: (next: Screen) => Promise<void>;
  /** It is so. */
  onChange: (now: Screen, before: Screen) => void;
  log: Logger;
}

/** The screen of a session while it runs. Changes are made one at a time, and of those that wait only the last. */
export class ScreenKeeper {
  readonly #options: ScreenKeeperOptions;
  #current: Screen;
  #wanted: Screen;
  #settling: Promise<void> | null = null;
  #changedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ScreenKeeperOptions) {
    this.#options = options;
    this.#current = options.initial;
    this.#wanted = options.initial;
  }

  get current(): Screen {
    return this.#current;
  }

  /**
   * Changes the screen, within the application's limits.
   *
   * @returns the screen when nothing waits any more. @throws AppError `wrong_state` where the application keeps its size.
   */
  async change({ width, height, fps, density }: ScreenChange): Promise<Screen> {
    const { application } = this.#options;
    const keepsSize = application.resize === 'fixed';
    if (keepsSize && (application.density === 'fixed' || density === undefined)) {
      throw new AppError('wrong_state', { message: `The application '${application.name}' keeps its size.` });
    }
    const before = this.#wanted;
    const sized = keepsSize ? before : { width: width ?? before.width, height: height ?? before.height, fps: fps ?? before.fps };
    const wish = { ...sized, density: density ?? before.density };
    this.#wanted = withinLimits(wish, application.maxScreen);
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = null;
    });
    await this.#settling;
    return this.#current;
  }

  /** Swaps the sides where the screen is held the other way. */
  async turn(way: 'landscape' | 'portrait'): Promise<Screen> {
    const { width, height } = this.#wanted;
    const [long, short] = [Math.max(width, height), Math.min(width, height)];
    return await this.change(way === 'landscape' ? { width: long, height: short } : { width: short, height: long });
  }

  async #settle(): Promise<void> {
    while (!isSame(this.#wanted, this.#current)) {
      const wait = this.#changedAtMs + atMostEveryMs - performance.now();
      if (wait > 0) await delay(wait);
      const [before, next] = [this.#current, this.#wanted];
      try {
        await this.#options.resize(next);
      } catch (cause) {
        this.#wanted = before;
        throw new AppError('display_failed', { message: 'The display could not be resized.', cause });
      }
      this.#current = next;
      this.#changedAtMs = performance.now();
      this.#options.onChange(next, before);
      const { width, height, fps, density } = next;
      this.#options.log.info('screen.changed', { width, height, fps, density });
    }
  }
}

const isSame = (a: Screen, b: Screen): boolean =>
  a.width === b.width && a.height === b.height && a.fps === b.fps && a.density === b.density;
