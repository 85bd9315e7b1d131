import { pause } from './pause.ts';

/** What keeps work alive after an answer: `ExecutionContext` and `DurableObjectState` do. */
export interface Waiter {
  waitUntil(work: Promise<unknown>): void;
}

/** Work that was due so long ago will not come: the platform has ended what it waited in. */
const overdueMs = 30_000;

/** Does something a while after it was asked for, once for all who asked meanwhile. */
export class Soon {
  readonly #afterMs: number;
  #dueAtMs = 0;

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** @param work must not reject. */
  do(waiter: Waiter, work: () => Promise<void>): void {
    const now = Date.now();
    if (this.#dueAtMs !== 0 && now < this.#dueAtMs + overdueMs) return;
    this.#dueAtMs = now + this.#afterMs;
    waiter.waitUntil(this.#later(work));
  }

  async #later(work: () => Promise<void>): Promise<void> {
    await pause(this.#afterMs);
    this.#dueAtMs = 0;
    await work();
  }
}
