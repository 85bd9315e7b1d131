import type { JetStreamClient, KV } from 'nats.ws';
import { type HostView, heartbeat } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { hostBucket, subjectToken } from '#shared/subjects.ts';

/** Tells of the host every few seconds, and at once when something changed. */
export class Heartbeat {
  readonly #jetstream: JetStreamClient;
  readonly #view: () => HostView;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #bucket: Promise<KV> | null = null;
  #failing = false;

  constructor(jetstream: JetStreamClient, view: () => HostView, log: Logger) {
    this.#jetstream = jetstream;
    this.#view = view;
    this.#log = log;
    this.#timer = setInterval(() => void this.beat(), heartbeat.everyMs);
  }

  /** Writes the view now. A failure is logged once and left to the next beat. */
  async beat(): Promise<void> {
    const view = this.#view();
    try {
      this.#bucket ??= this.#jetstream.views.kv(hostBucket.name, { ttl: hostBucket.ttlMs, history: 1 });
      await (await this.#bucket).put(subjectToken(view.host), JSON.stringify(view));
      this.#failing = false;
    } catch (error) {
      this.#bucket = null;
      if (!this.#failing) this.#log.warn('heartbeat.failed', { error });
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
