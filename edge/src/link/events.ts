import { pause } from '#edge/pause.ts';
import { decodeJson } from '#shared/decode.ts';
import { HostEvent } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { subjectToken } from '#shared/subjects.ts';

/** One event as the stream delivered it. Until `ack` or `term` it is said to be `working`, lest it be delivered again. */
export interface Delivery {
  readonly data: Uint8Array;
  /** The subject token of the host that NATS had it from; undefined where that is not known. */
  readonly teller: string | undefined;
  ack(): void;
  working(): void;
  term(): void;
}

export interface DeliveryOptions {
  readonly log: Logger;
  /** Hands an event to its room; resolves when the room has stored it. */
  readonly deliver: (event: HostEvent) => Promise<void>;
  /** Aborts when the connection that the events came over is gone: what is left comes again over the next one. */
  readonly signal: AbortSignal;
  /** How many rooms are called at once. */
  readonly concurrency: number;
  readonly workingEveryMs: number;
  /** Before attempt `n` (from 1) to hand over the same event. Milliseconds. */
  readonly retryDelayMs: (n: number) => number;
}

/**
 * Hands events to rooms: those of a session one after the other, those of different sessions side by side. An event whose
 * room fails is tried again until it is taken, and the session's later ones wait behind it, for a room passes over whatever
 * is older than what it has seen.
 */
export class EventDelivery {
  readonly #options: DeliveryOptions;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #open = new Set<Delivery>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const ticker = setInterval(() => {
      for (const delivery of this.#open) delivery.working();
    }, options.workingEveryMs);
    options.signal.addEventListener('abort', () => clearInterval(ticker), { once: true });
  }

  /** Takes what the stream delivered. What is no event, or is told in another host's name, is logged and never comes again. */
  take(delivery: Delivery): void {
    let event: HostEvent;
    try {
      event = decodeJson(HostEvent, delivery.data, 'event');
    } catch (error) {
      this.#options.log.error('event.malformed', { error });
      delivery.term();
      return;
    }
    const { session, host } = event;
    const { teller } = delivery;
    if (teller !== undefined && teller !== subjectToken(host)) {
      this.#options.log.error('event.forged', { session, host, teller });
      delivery.term();
      return;
    }
    this.#open.add(delivery);
    const lane = (this.#lanes.get(session) ?? Promise.resolve())
      .then(() => this.#handOver(event, delivery))
      .finally(() => {
        this.#open.delete(delivery);
        if (this.#lanes.get(session) === lane) this.#lanes.delete(session);
      });
    this.#lanes.set(session, lane);
  }

  async #handOver(event: HostEvent, delivery: Delivery): Promise<void> {
    const { signal, log, retryDelayMs } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#bounded(() => this.#options.deliver(event));
        delivery.ack();
        return;
      } catch (error) {
        log.warn('event.refused', { session: event.session, seq: event.seq, type: event.type, attempt, error });
        await pause(retryDelayMs(attempt), signal);
      }
    }
  }

  /** Runs `work` when fewer than `concurrency` run. A lane that waits to try again holds no place. */
  async #bounded(work: () => Promise<void>): Promise<void> {
    if (this.#running >= this.#options.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
