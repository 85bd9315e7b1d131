/** Does a work again and again while it is on. A round that takes longer than the time between two has those in between left out. */
export class Rounds {
  readonly #everyMs: number;
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #working = false;

  /** @param work does not reject. */
  constructor(everyMs: number, work: () => Promise<void>) {
    this.#everyMs = everyMs;
    this.#work = work;
  }

  get on(): boolean {
    return this.#timer !== undefined;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#round(), this.#everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #round(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      await this.#work();
    } finally {
      this.#working = false;
    }
  }
}
