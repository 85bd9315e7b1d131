import type { ErrorCode, WireError } from '#shared/errors.ts';
import type { Queue } from './queue.ts';

/** So many in a row may get no answer of hosts: if that is not theirs, it is the hosts', and would be so for all others too. */
const unansweredInARow = 3;
/**
 * Whose link can't reach the hosts stays the first for so many runs, for all others may have to wait for theirs as well; then it is
 * passed over. After so many more what was held before is so no more. There is a run every ten seconds at the least.
 */
const awayRuns = { first: 5, holding: 30 } as const;

/** What came of a turn. `stays`: no slot was found, it goes on waiting. `error`: why nobody took it. */
export interface TurnEnd {
  readonly stays: boolean;
  readonly error?: WireError | undefined;
}

/** Lets those who wait have their turns. */
export class Turns {
  readonly #queue: Queue;
  readonly #turn: (session: string) => Promise<TurnEnd>;
  readonly #turnMs: number;
  #running: Promise<void> | undefined;
  #again = false;
  #holds = false;
  /** Of how many runs in a row the first could not reach the hosts. */
  #awayRuns = 0;
  /** Why sessions left in their turn, for who asks next. */
  readonly #errors = new Map<string, WireError>();

  /**
   * @param turn has a session try for a slot; rejects where its room can't be asked.
   * @param turnMs a room that has not answered by then can't be asked.
   */
  constructor(queue: Queue, turn: (session: string) => Promise<TurnEnd>, turnMs = 60_000) {
    this.#queue = queue;
    this.#turn = turn;
    this.#turnMs = turnMs;
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

  /**
   * Whether somebody waits who has found all slots taken: one that comes free is for them. While hosts can't be reached that is as it
   * was, for some minutes; after any other failure they hold nothing, for who says that they could ever take it.
   */
  get holds(): boolean {
    return this.#holds;
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
    const passedOver = new Set<string>();
    let unanswered = 0;
    let failure: ErrorCode | undefined;
    let isFirst = true;
    for (let session = this.#queue.first(passedOver); session !== undefined; session = this.#queue.first(passedOver)) {
      // A room that can't be asked keeps its place, and holds nobody up; nor does a session that gets no answer of hosts.
      const end = await this.#endOf(session);
      failure = end?.stays === true ? end.error?.code : undefined;
      const isAway = failure === 'unavailable';
      if (isFirst) this.#awayRuns = isAway ? this.#awayRuns + 1 : 0;
      isFirst = false;
      unanswered = failure === 'timeout' || (isAway && this.#awayRuns > awayRuns.first) ? unanswered + 1 : 0;
      if (end === undefined || (unanswered > 0 && unanswered < unansweredInARow)) passedOver.add(session);
      else if (end.stays) break;
      else {
        this.#queue.remove(session);
        if (end.error !== undefined) this.#errors.set(session, end.error);
      }
    }
    if (failure !== 'unavailable' || this.#awayRuns > awayRuns.holding) this.#holds = failure === 'no_host';
  }

  async #endOf(session: string): Promise<TurnEnd | undefined> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), this.#turnMs);
    try {
      return await Promise.race([this.#turn(session), late.promise]);
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
