/** Often at first; later less often, for each search may open a socket. Milliseconds. */
const often = { everyMs: 2500, tries: 6 } as const;
const mostMs = 15_000;

/** What is waited after a search, of which the first has the number 0, before the next one. Milliseconds. */
export const searchDelayMs = (search: number): number =>
  search < often.tries ? often.everyMs : Math.min(mostMs, often.everyMs * 2 ** (search - often.tries + 1));

/** Looks for another way to the host again and again, until it is stopped. */
export class WaySearch {
  readonly #look: (isFirst: boolean) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `look`: looks once. */
  constructor(look: (isFirst: boolean) => void) {
    this.#look = look;
  }

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  /** Begins, where it has not yet. */
  start(): void {
    if (!this.isOn) this.#search(0);
  }

  /** Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #search(number: number): void {
    this.#timer = setTimeout(() => this.#search(number + 1), searchDelayMs(number));
    this.#look(number === 0);
  }
}
