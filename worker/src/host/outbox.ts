import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamClient } from 'nats.ws';
import type { HostEvent } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { natsHint } from '#shared/nats-failure.ts';
import { eventSubject } from '#shared/subjects.ts';

/** How often a failed publication is tried again. Milliseconds. */
const retryMs = 1000;

/**
 * Sends sessions' events to their rooms: each until the stream has acknowledged it, those of one session in order. They
 * wait here while NATS is away.
 */
export class Outbox {
  readonly #jetstream: JetStreamClient;
  readonly #log: Logger;
  readonly #tails = new Map<string, Promise<void>>();
  #closed = false;

  constructor(jetstream: JetStreamClient, log: Logger) {
    this.#jetstream = jetstream;
    this.#log = log;
  }

  send(link: string, event: HostEvent): void {
    const before = this.#tails.get(event.session) ?? Promise.resolve();
    const sent = before
      .then(() => this.#publish(link, event))
      .finally(() => {
        if (this.#tails.get(event.session) === sent) this.#tails.delete(event.session);
      });
    this.#tails.set(event.session, sent);
  }

  /** Resolves when everything was sent or `timeoutMs` is over; nothing is tried after that. */
  async close(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([Promise.all(this.#tails.values()), timeout]);
    clearTimeout(timer);
    this.#closed = true;
  }

  async #publish(link: string, event: HostEvent): Promise<void> {
    const subject = eventSubject(link, event.host, event.session);
    // The stream drops what it has under the same id: a retry after a lost acknowledgement is no second event.
    const msgID = `${event.incarnation}.${event.session}.${event.seq}`;
    for (let failures = 0; !this.#closed; failures += 1) {
      try {
        await this.#jetstream.publish(subject, JSON.stringify(event), { msgID });
        return;
      } catch (error) {
        if (failures === 0)
          this.#log.warn('event.delayed', { session: event.session, type: event.type, error, ...natsHint(error) });
        await delay(retryMs);
      }
    }
  }
}
