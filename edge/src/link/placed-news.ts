import type { Placed } from '#edge/account/api.ts';

/** Hands an account what is new of its sessions. Never rejects. */
type Hand = (account: string, placed: Placed[]) => Promise<void>;

/**
 * Tells accounts where their sessions run: one call at a time an account, with all that came up meanwhile. What is lost with the
 * link's process the account finds out by itself.
 */
export class PlacedNews {
  readonly #hand: Hand;
  /** What is to be told next, by account: there is a list as long as a call is under way. */
  readonly #next = new Map<string, Placed[]>();

  constructor(hand: Hand) {
    this.#hand = hand;
  }

  /** Resolves when no more is to be told to the account; at once where another call sees to it. */
  async tell(account: string, placed: Placed): Promise<void> {
    const waiting = this.#next.get(account);
    if (waiting !== undefined) return void waiting.push(placed);
    for (let batch = [placed]; batch.length > 0; batch = this.#next.get(account) ?? []) {
      this.#next.set(account, []);
      await this.#hand(account, batch);
    }
    this.#next.delete(account);
  }
}
