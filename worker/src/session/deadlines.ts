import type { DeadlineName } from './state.ts';

/** The longest delay that a Node timer takes: 2^31 - 1 milliseconds, about 24.8 days. */
const longestTimerMs = 2 ** 31 - 1;

/** A session's timers, one of a name at a time. */
export class DeadlineTimers {
  readonly #timers = new Map<DeadlineName, NodeJS.Timeout>();
  readonly #passed: (name: DeadlineName) => void;

  constructor(passed: (name: DeadlineName) => void) {
    this.#passed = passed;
  }

  set(name: DeadlineName, ms: number): void {
    this.clear(name);
    const timer = setTimeout(() => this.#passed(name), Math.min(ms, longestTimerMs));
    this.#timers.set(name, timer);
  }

  clear(name: DeadlineName): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  close(): void {
    for (const name of [...this.#timers.keys()]) this.clear(name);
  }
}
