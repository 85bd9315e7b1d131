import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';

interface Closable {
  close(): void | Promise<void>;
}

/** What a session has started and must close: in reverse order, also what is still starting when the end comes. */
export class Resources {
  readonly #owned: Closable[] = [];
  readonly #starting = new Set<Promise<unknown>>();
  readonly #log: Logger;
  #closing: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes charge of something that is being started. @returns the same, or a rejection where the end came first. */
  own<T extends Closable>(starting: Promise<T>): Promise<T> {
    const owning = this.#own(starting);
    this.#starting.add(owning);
    const done = (): void => void this.#starting.delete(owning);
    owning.then(done, done);
    return owning;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #own<T extends Closable>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    if (this.#closing !== null) {
      await started.close();
      throw new AppError('session_ended');
    }
    this.#owned.push(started);
    return started;
  }

  async #close(): Promise<void> {
    for (const owned of this.#owned.toReversed()) {
      try {
        await owned.close();
      } catch (error) {
        // The rest is closed all the same.
        this.#log.error('resource.close-failed', { error });
      }
    }
    while (this.#starting.size > 0) await Promise.allSettled(this.#starting);
  }
}
