import type { WireError } from '#shared/errors.ts';
import type { Queue } from './queue.ts';

/** What came of a turn. `stays`: no slot was found, it goes on waiting. `error`: why it does not, where nobody took it. */
export interface TurnEnd {
  readonly stays: boolean;
  readonly error?: WireError | undefined;
}

/** Lets those who wait have their turns. */
export class Turns {
  readonly #queue: Queue;
  readonly #turn: (session: string) => Promise<TurnEnd>;
  #running: Promise<void> | undefined;
  #again = false;
  /** Why sessions left in their turn, for who asks next. */
  readonly #errors = new Map<string, WireError>();

  /** @param turn has a session try for a slot; rejects where its room can't be asked. */
  constructor(queue: Queue, turn: (session: string) => Promise<TurnEnd>) {
    this.#queue = queue;
    this.#turn = turn;
  }

  /**
   * Lets the first have its turn, then the next, until one finds no slot: nobody is served before who came earlier. Called while it
   * goes on, it begins anew after that, for there may be a slot by now.
   */
  run(): Promise<void> {
    this.#again = this.#running !== undefined;
    this.#running ??= this.#all();
    return this.#running;
  }

  /** Why that session is not in the line any more, where its turn failed: told once. */
  takeError(session: string): WireError | undefined {
    const error = this.#errors.get(session);
    this.#errors.delete(session);
    return error;
  }

  async #all(): Promise<void> {
    // What it ends is what was set when it began.
    await Promise.resolve();
    try {
      do {
        this.#again = false;
        await this.#untilOneStays();
      } while (this.#again);
    } finally {
      // At once: who calls in the next moment begins anew.
      this.#running = undefined;
    }
  }

  async #untilOneStays(): Promise<void> {
    const unheard = new Set<string>();
    for (let session = this.#queue.first(unheard); session !== undefined; session = this.#queue.first(unheard)) {
      // A room that can't be asked keeps its place, and holds nobody up.
      const end = await this.#turn(session).catch(() => undefined);
      if (end === undefined) unheard.add(session);
      else if (end.stays) return;
      else {
        this.#queue.remove(session);
        if (end.error !== undefined) this.#errors.set(session, end.error);
      }
    }
  }
}
