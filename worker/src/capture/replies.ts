import type { AppError } from '#shared/errors.ts';

interface Waiting<Reply> {
  resolve: (reply: Reply) => void;
  reject: (error: AppError) => void;
  timer: NodeJS.Timeout;
}

/** The replies of a process that are still to come, by the id of what it was asked. */
export class Replies<Reply> {
  readonly #waiting = new Map<number, Waiting<Reply>>();

  /** Waits for a reply until it is there, or until {@link fail}. @param onLate told where it is not there in time. */
  wait(id: number, timeoutMs: number, onLate: () => void): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, { resolve, reject, timer: setTimeout(onLate, timeoutMs) });
    return promise;
  }

  /** A reply is there. One that nobody waits for is dropped. */
  take(id: number, reply: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    waiting?.resolve(reply);
  }

  /** None will come any more. */
  fail(error: AppError): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject, timer } of all) {
      clearTimeout(timer);
      reject(error);
    }
  }
}
