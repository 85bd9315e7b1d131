import { pause } from '#edge/pause.ts';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { natsHint } from '#shared/nats-failure.ts';

/** What is needed of a connection. */
export interface Closable {
  /** Resolves when the connection has closed, with the error that closed it. */
  closed(): Promise<unknown>;
  close(): Promise<void>;
}

export interface KeeperOptions<C extends Closable> {
  readonly log: Logger;
  /** Connects once; throws where it can't. */
  dial(): Promise<C>;
  /** Puts a new connection to use; it counts as ready when this resolves. `down` aborts when it closes. */
  up(connection: C, down: AbortSignal): Promise<void>;
  /** Before attempt `n` (from 0) to connect again. Milliseconds. */
  delayMs(n: number): number;
}

/** Waits before connecting again: 100 ms, doubled up to 2 s, of which a random half is left out so that links do not march in step. */
export const reconnectDelayMs = (n: number, random: () => number = Math.random): number =>
  Math.min(2000, 100 * 2 ** Math.min(n, 10)) * (0.5 + random() / 2);

/**
 * Keeps one connection up. Each lives once, and all that was built on it ends with it: nothing has to be told apart
 * from what an earlier connection left behind.
 */
export class ConnectionKeeper<C extends Closable> {
  readonly #options: KeeperOptions<C>;
  readonly #stop = new AbortController();
  #ready = Promise.withResolvers<C>();
  #connection: C | undefined;

  constructor(options: KeeperOptions<C>) {
    this.#options = options;
    this.#ready.promise.catch(() => undefined);
    void this.#run();
  }

  /** @throws AppError `unavailable` where no connection stands within `timeoutMs`. */
  async ready(timeoutMs: number): Promise<C> {
    if (this.#connection !== undefined) return this.#connection;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(away()), timeoutMs);
    try {
      return await Promise.race([this.#ready.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes for good. */
  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#ready.reject(away());
    await this.#connection?.close();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted; failures++) {
      if (await this.#live(failures)) failures = 0;
      await pause(this.#options.delayMs(failures), this.#stop.signal);
    }
  }

  /** One connection from its beginning to its end. @returns whether it was ready ever. */
  async #live(failures: number): Promise<boolean> {
    const { log } = this.#options;
    const down = new AbortController();
    let connection: C | undefined;
    try {
      connection = await this.#options.dial();
      const closed = connection.closed();
      await Promise.race([this.#options.up(connection, down.signal), closed.then(() => Promise.reject(away()))]);
      if (this.#stop.signal.aborted) return true;
      this.#connection = connection;
      this.#ready.resolve(connection);
      log.info('nats.connected');
      const error = await closed;
      log.warn('nats.disconnected', { error });
      return true;
    } catch (error) {
      // One line at the beginning of an outage and one a minute or so, not one an attempt.
      if (failures % 30 === 0) log.warn('nats.unreachable', { error, ...natsHint(error), failures });
      return false;
    } finally {
      down.abort();
      if (this.#connection !== undefined) {
        this.#connection = undefined;
        this.#ready = Promise.withResolvers<C>();
        this.#ready.promise.catch(() => undefined);
        if (this.#stop.signal.aborted) this.#ready.reject(away());
      }
      await connection?.close().catch(() => undefined);
    }
  }
}

const away = (): AppError =>
  new AppError('unavailable', { message: 'The hosts cannot be reached now: the message bus is away. Try again soon.' });
