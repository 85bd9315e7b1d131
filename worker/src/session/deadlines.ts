import type { Deadline } from './state.ts';

/** The longest delay that a Node timer takes: 2^31 - 1 milliseconds, about 24.8 days. */
const longestTimerMs = 2 ** 31 - 1;

/** The timers of a session and of its clients, one of a name at a time. */
export class DeadlineTimers {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #passed: (deadline: Deadline) => void;

  constructor(passed: (deadline: Deadline) => void) {
    this.#passed = passed;
  }

  set(deadline: Deadline, ms: number): void {
    this.clear(deadline);
    const key = keyOf(deadline);
    const timer = setTimeout(
      () => {
        this.#timers.delete(key);
        this.#passed(deadline);
      },
      Math.min(ms, longestTimerMs),
    );
    this.#timers.set(key, timer);
  }

  clear(deadline: Deadline): void {
    const key = keyOf(deadline);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

const keyOf = (deadline: Deadline): string => ('peer' in deadline ? `${deadline.name} ${deadline.peer}` : deadline.name);
