import { type JetStreamClient, type KV, StorageType } from 'nats.ws';
import { type HostView, heartbeat } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { natsHint } from '#shared/nats-failure.ts';
import { hostBucket, subjectToken } from '#shared/subjects.ts';

/** Tells of the host every few seconds, and at once when something changed. */
export class Heartbeat {
  readonly #jetstream: JetStreamClient;
  readonly #view: () => HostView;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #bucket: Promise<KV> | null = null;
  #failing = false;
  #writing: Promise<void> | null = null;
  /** The view changed while it was written. */
  #stale = false;

  constructor(jetstream: JetStreamClient, view: () => HostView, log: Logger) {
    this.#jetstream = jetstream;
    this.#view = view;
    this.#log = log;
    this.#timer = setInterval(() => void this.beat(), heartbeat.everyMs);
  }

  /** Writes the view now, or, while one is being written, as soon as that is done. A failure is logged once and left to the next beat. */
  beat(): Promise<void> {
    if (this.#writing !== null) {
      this.#stale = true;
      return this.#writing;
    }
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    do {
      this.#stale = false;
      await this.#write();
    } while (this.#stale);
  }

  async #write(): Promise<void> {
    const view = this.#view();
    try {
      this.#bucket ??= this.#jetstream.views.kv(hostBucket.name, {
        ttl: hostBucket.ttlMs,
        history: 1,
        storage: StorageType.File,
      });
      await (await this.#bucket).put(subjectToken(view.host), JSON.stringify(view));
      this.#failing = false;
    } catch (error) {
      this.#bucket = null;
      if (!this.#failing) this.#log.warn('heartbeat.failed', { error, ...natsHint(error) });
      this.#failing = true;
    }
  }

  /** Stops, and takes the host out of the bucket, so that nobody has to wait until it counts as lost. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const bucket = await this.#bucket?.catch(() => null);
    await bucket
      ?.delete(subjectToken(this.#view().host))
      .catch((error: unknown) => this.#log.warn('heartbeat.failed', { error }));
  }
}
