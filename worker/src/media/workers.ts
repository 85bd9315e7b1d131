import { createWorker, type types } from 'mediasoup';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';

export interface ListenAddress {
  ip: string;
  /** The address that clients are told, where it is not `ip`: behind NAT, or with `0.0.0.0`. */
  announcedAddress?: string;
  /** UDP and TCP port of the first worker; worker k listens on `port + k`. */
  port: number;
}

/** A worker process with the sockets that all its peers share. */
export interface MediaWorker {
  worker: types.Worker;
  server: types.WebRtcServer;
}

export interface WorkerPoolOptions {
  /** How many worker processes: one a core is enough, for each runs one thread. */
  workers: number;
  listen: ListenAddress[];
  log: Logger;
  /** A worker has died, and every room on it; another takes its place. */
  onWorkerDied: (error: Error) => void;
}

interface Slot {
  index: number;
  current: MediaWorker | null;
  rooms: number;
  restart: NodeJS.Timeout | undefined;
}

/** How long a replacement waits after one that could not be started. Milliseconds. */
const restartDelayMs = 1000;
/** How long a worker may take to end when asked to. Milliseconds. */
const closeTimeoutMs = 2000;

/** mediasoup's worker processes; each room is put on the one with the fewest. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[];
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.workers }, (_, index) => ({ index, current: null, rooms: 0, restart: undefined }));
  }

  /** Starts all workers. @throws AppError `media_failed` when one can't be started; then none is left. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#slots.map((slot) => this.#fill(slot)));
    } catch (cause) {
      await this.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('media_failed', { message: `The media server could not be started: ${reason}`, cause });
    }
  }

  /**
   * Takes a place on the least loaded worker. `release` gives it back, once.
   *
   * @throws AppError `media_failed` while no worker runs.
   */
  take(): { media: MediaWorker; release: () => void } {
    const [slot] = this.#slots.filter(({ current }) => current !== null).toSorted((one, other) => one.rooms - other.rooms);
    if (slot?.current == null) throw new AppError('media_failed', { message: 'No media server runs at the moment.' });
    const media = slot.current;
    slot.rooms += 1;
    let held = true;
    return {
      media,
      release: () => {
        // The rooms of a worker that died were forgotten with it.
        if (held && slot.current === media) slot.rooms -= 1;
        held = false;
      },
    };
  }

  /** Ends all workers and resolves when their processes are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#slots.map((slot) => {
      clearTimeout(slot.restart);
      const media = slot.current;
      slot.current = null;
      return media;
    });
    await Promise.all(running.map((media) => (media === null ? undefined : endWorker(media.worker))));
  }

  async #fill(slot: Slot): Promise<void> {
    const worker = await startWorker();
    try {
      const server = await worker.createWebRtcServer({ listenInfos: listenInfos(this.#options.listen, slot.index) });
      worker.on('died', (error) => this.#onDied(slot, worker.pid, error));
      if (this.#closed) throw new Error('closed meanwhile');
      slot.rooms = 0;
      slot.current = { worker, server };
    } catch (error) {
      await endWorker(worker);
      throw error;
    }
    this.#options.log.info('media.worker-started', { worker: slot.index, pid: worker.pid });
  }

  #onDied(slot: Slot, pid: number, error: Error): void {
    slot.current = null;
    this.#options.log.error('media.worker-died', { worker: slot.index, pid, error });
    this.#options.onWorkerDied(error);
    this.#refill(slot);
  }

  #refill(slot: Slot): void {
    if (this.#closed) return;
    this.#fill(slot).catch((error: unknown) => {
      if (this.#closed) return;
      this.#options.log.error('media.worker-not-restarted', { worker: slot.index, error });
      slot.restart = setTimeout(() => this.#refill(slot), restartDelayMs);
    });
  }
}

/** UDP before TCP for each address, so that UDP's candidates come first. */
const listenInfos = (addresses: ListenAddress[], index: number): types.TransportListenInfo[] =>
  addresses.flatMap(({ ip, announcedAddress, port }) =>
    (['udp', 'tcp'] as const).map((protocol) => ({
      protocol,
      ip,
      port: port + index,
      ...(announcedAddress === undefined ? {} : { announcedAddress }),
    })),
  );

/**
 * mediasoup closes its workers on SIGINT and SIGTERM of this process, by listeners of its own. Here SIGTERM means to drain, with the
 * media going on, so those listeners are taken off again. They are added before `createWorker` first yields.
 */
async function startWorker(): Promise<types.Worker> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const starting = createWorker({ logLevel: 'warn' });
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.removeListener(signal, listener);
  }
  return await starting;
}

/** Asks a worker to end, and kills its process where it does not. */
async function endWorker(worker: types.Worker): Promise<void> {
  if (worker.subprocessClosed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.on('subprocessclose', resolve);
  const timer = setTimeout(() => {
    process.kill(worker.pid, 'SIGKILL');
  }, closeTimeoutMs);
  worker.close();
  await promise;
  clearTimeout(timer);
}
