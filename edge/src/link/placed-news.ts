import type { Placed } from '#edge/account/api.ts';
import { pause } from '#edge/pause.ts';

/** Hands an account what is new of its sessions. Never rejects. */
type Hand = (account: string, placed: Placed[]) => Promise<void>;

/**
 * Tells accounts where their sessions run: one call at a time an account, with all that comes up within a moment, as with many creations
 * at once. What is lost with the link's process the account finds out by itself.
 */
export class PlacedNews {
  readonly #hand: Hand;
  readonly #gatherMs: number;
  /** What is to be told next, by account, as long as there is anything or a call is under way. */
  readonly #next = new Map<string, Placed[]>();

  /** @param gatherMs how long news waits for more, milliseconds. */
  constructor(hand: Hand, gatherMs = 20) {
    this.#hand = hand;
    this.#gatherMs = gatherMs;
  }

  /** Resolves when no more is to be told to the account; at once where another call sees to it. */
  async tell(account: string, placed: Placed): Promise<void> {
    const waiting = this.#next.get(account);
    if (waiting !== undefined) return void waiting.push(placed);
    const queue = [placed];
    this.#next.set(account, queue);
    while (queue.length > 0) {
      await pause(this.#gatherMs);
      await this.#hand(account, queue.splice(0));
    }
    this.#next.delete(account);
  }
}
