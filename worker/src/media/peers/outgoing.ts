import { setTimeout } from 'node:timers/promises';
import type { types } from 'mediasoup';
import type { ChannelMessage } from '#worker/channel-message.ts';

/** Payload protocol identifiers of SCTP (RFC 8831 section 8, RFC 8832 section 8.1). */
export const ppid = { dcep: 50, text: 51, binary: 53, emptyText: 56, emptyBinary: 57 } as const;

/** What may wait in the SCTP association for one stream before more is refused, in bytes; and what must be left to go on. */
export const buffered = { highBytes: 512 * 1024, lowBytes: 128 * 1024 } as const;

/** How long a message waits that found the whole association's buffer full by what other streams send. Milliseconds. */
const retryMs = 20;

/**
 * The way out to a stream of a client's association, no faster than the client takes it: a message is accepted when it is in the
 * association's buffer, and the next one is to come when there is room for it.
 */
export class OutgoingStream {
  readonly #consumer: types.DataConsumer;
  readonly #waiting = new Set<() => void>();
  /** How often the buffer ran low: one that ran low while an answer was under way must not be waited for. */
  #lows = 0;

  constructor(consumer: types.DataConsumer) {
    this.#consumer = consumer;
    consumer.on('bufferedamountlow', () => {
      this.#lows += 1;
      this.#wake();
    });
    consumer.observer.once('close', () => this.#wake());
  }

  /**
   * Sends a message. Resolves when there is room for the next.
   *
   * @throws Error where the client is gone, and the message was not accepted.
   */
  async send({ kind, data }: ChannelMessage): Promise<void> {
    const empty = kind === 'text' ? ppid.emptyText : ppid.emptyBinary;
    const full = kind === 'text' ? ppid.text : ppid.binary;
    const lows = this.#lows;
    const waiting = await this.#accepted(data, data.length === 0 ? empty : full);
    if (waiting <= buffered.highBytes || this.#lows !== lows || this.#consumer.closed) return;
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /**
   * Sends what belongs to the channel and not to its data, at once or not at all.
   *
   * @returns how many bytes wait for the client. @throws Error where it can't.
   */
  async sendNow(message: string | Buffer, id: number): Promise<number> {
    if (this.#consumer.closed) throw new Error('channel closed');
    return await this.#consumer.send(message, id);
  }

  /** @returns how many bytes wait for the client. */
  async #accepted(data: Buffer, id: number): Promise<number> {
    for (;;) {
      if (this.#consumer.closed) throw new Error('channel closed');
      try {
        return await this.#consumer.send(data, id);
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('sctpsendbufferfull'))) throw error;
        await setTimeout(retryMs);
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
