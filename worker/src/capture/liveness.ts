export interface LivenessOptions {
  /** Asks the process; {@link Liveness.answered} is to be called when it has answered. */
  ask: () => void;
  /** Called once, when it does not answer any more. */
  onSilence: () => void;
}

const everyMs = 1000;
/** One that is not let run for a while answers late; this many questions together it does not keep. */
const mostUnanswered = 3;

/** Finds out whether a process is still there: one that is stopped, or hangs in a driver, does not end by itself. */
export class Liveness {
  readonly #options: LivenessOptions;
  #timer: NodeJS.Timeout | undefined;
  #unanswered = 0;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Asks from now on, or no more. */
  watch(on: boolean): void {
    if (on === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#unanswered = 0;
    this.#timer = on ? setInterval(() => this.#ask(), everyMs) : undefined;
  }

  answered(): void {
    this.#unanswered = 0;
  }

  /** Questions are counted, not time: where the one who asks was not let run, no answer is missing. */
  #ask(): void {
    if (this.#unanswered >= mostUnanswered) {
      this.watch(false);
      this.#options.onSilence();
      return;
    }
    this.#unanswered += 1;
    this.#options.ask();
  }
}
