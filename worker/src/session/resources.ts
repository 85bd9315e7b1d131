import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';

interface Closable {
  close(): void | Promise<void>;
}

/** What a session has started and must close: in reverse order, also what is still starting when the end comes. */
export class Resources {
  readonly #owned: Closable[] = [];
  readonly #owning = new Set<Promise<unknown>>();
  readonly #log: Logger;
  #closing: Promise<void> | null = null;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes charge of something that was started, or is being started. @returns the same, or a rejection where the end came first. */
  own<T extends Closable>(starting: T | Promise<T>): Promise<T> {
    const owning = this.#own(starting).finally(() => this.#owning.delete(owning));
    this.#owning.add(owning);
    return owning;
  }

  /** Whether the end has come. */
  get closing(): boolean {
    return this.#closing !== null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
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
    await Promise.allSettled(this.#owning);
  }

  async #own<T extends Closable>(starting: T | Promise<T>): Promise<T> {
    const started = await starting;
    if (this.#closing === null) {
      this.#owned.push(started);
      return started;
    }
    await started.close();
    throw new AppError('session_ended');
  }
}
