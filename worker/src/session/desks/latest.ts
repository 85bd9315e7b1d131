import { setTimeout as delay } from 'node:timers/promises';

/** More bytes than these wait where a client takes less than it is told. */
const busyBytes = 2 * 1024;
const leastPauseMs = 50;
const mostPauseMs = 1000;

/**
 * How long to wait before the next message is sent, that only the latest goes to a client that is behind. Milliseconds.
 *
 * @param waitingBytes what waits for the client; infinite where it could not take the message. @param before the last pause.
 */
export function pauseMs(waitingBytes: number, before: number): number {
  return waitingBytes <= busyBytes ? 0 : Math.min(mostPauseMs, Math.max(leastPauseMs, before * 2));
}

/** Tells one client how something is that changes all the time: how it is now, and no faster than the client takes it. */
export class Latest {
  readonly #send: (data: string) => Promise<number>;
  readonly #abort = new AbortController();
  #next: string | undefined;
  #busy = false;

  /** @param send resolves with how many bytes wait for the client. */
  constructor(send: (data: string) => Promise<number>) {
    this.#send = send;
  }

  tell(data: string): void {
    this.#next = data;
    if (!this.#busy) void this.#run();
  }

  /** Nothing more is sent. Idempotent. */
  close(): void {
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    this.#busy = true;
    let pause = 0;
    while (this.#next !== undefined && !signal.aborted) {
      const data = this.#next;
      this.#next = undefined;
      const waiting = await this.#send(data).catch(() => Number.POSITIVE_INFINITY);
      // What comes last must arrive, for nothing makes up for it.
      if (waiting === Number.POSITIVE_INFINITY) this.#next ??= data;
      pause = pauseMs(waiting, pause);
      if (pause > 0) await delay(pause, undefined, { signal }).catch(() => undefined);
    }
    this.#busy = false;
  }
}
