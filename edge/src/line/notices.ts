/**
 * How a line stands. `open`: it wants to hear of slots, and leaves them to whoever comes first. `held`: they are for those who stand
 * there.
 */
export type Stance = 'empty' | 'open' | 'held';

export interface NoticesOptions {
  /** The link that wakes the line, and all others that place sessions. */
  readonly own: string;
  readonly others: readonly string[];
  readonly stance: () => Stance;
  /** Tells a link; never rejects. */
  readonly tell: (link: string, stance: Stance) => Promise<void>;
  /** What was told is told again after so long. */
  readonly againAfterMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Tells links how a line stands: its own as long as anybody waits, all while it holds slots, for any of them could give one away. */
export class Notices {
  readonly #options: NoticesOptions;
  #told: Stance = 'empty';
  #toldAtMs = 0;
  /** One after the other: what is told last is what is so. */
  #telling: Promise<void> = Promise.resolve();

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Resolves when all who must know have been told how it stands. */
  update(): Promise<void> {
    this.#telling = this.#telling.then(() => this.#tell());
    return this.#telling;
  }

  /** Nobody waited when a link asked: it hears no more of this line, until it is told anew. */
  forgotten(): void {
    // Where slots were held, all links are told, or are being so.
    if (this.#told === 'open') this.#told = 'empty';
  }

  async #tell(): Promise<void> {
    const { own, others, stance: stanceNow, tell, againAfterMs, now } = this.#options;
    const [before, stance] = [this.#told, stanceNow()];
    if (stance === before && (stance === 'empty' || now() - this.#toldAtMs < againAfterMs)) return;
    // A link that hears of a slot finds out by itself that nobody waits: that it holds none is what it must be told.
    if (stance === 'empty' && before === 'open') return;
    this.#told = stance;
    this.#toldAtMs = now();
    const links = stance === 'held' || before === 'held' ? [own, ...others] : [own];
    await Promise.all(links.map((link) => tell(link, stance)));
  }
}
