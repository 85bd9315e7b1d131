import type { PeerFigures } from '#worker/media/room.ts';
import type { LayerFigures } from './bandwidth/guest-layers.ts';
import type { Parts } from './parts.ts';

/** What a session has done so far. The counts only grow; of a client that left, what it got after the last look is not in them. */
export interface SessionFigures {
  framesEncoded: number;
  targetBitrateBps: number;
  bytesSent: number;
  nackCount: number;
  pliCount: number;
  firCount: number;
  /** What guests with bad links get. */
  layers: LayerFigures;
  /** Where the clients are that are there now: their own addresses, or those of relays. */
  remotes: readonly { ip: string; port: number }[];
}

const counted = ['bytesSent', 'nackCount', 'pliCount', 'firCount'] as const;
type Counts = Pick<PeerFigures, (typeof counted)[number]>;

const none = (): Counts => ({ bytesSent: 0, nackCount: 0, pliCount: 0, firCount: 0 });

/** Adds up what comes and goes: clients, each of which counts for itself and begins at 0. */
export class PeerMeter {
  readonly #totals: Counts = none();
  #last: ReadonlyMap<string, Counts> = new Map();

  /** @param now what each client that is there has counted. @returns the sums of all that ever were there. */
  update(now: ReadonlyMap<string, Counts>): Counts {
    for (const [id, counts] of now) {
      const before = this.#last.get(id) ?? none();
      // A stream that was offered anew begins at 0 again.
      for (const name of counted) this.#totals[name] += counts[name] < before[name] ? counts[name] : counts[name] - before[name];
    }
    this.#last = now;
    return { ...this.#totals };
  }
}

/** Takes a look at a session that is up. */
export async function figuresOf(
  { captures, peers, bandwidth }: Pick<Parts, 'captures' | 'peers' | 'bandwidth'>,
  meter: PeerMeter,
): Promise<SessionFigures> {
  const [{ framesEncoded, targetKbps }, clients] = await Promise.all([captures.figures(), peers.figures()]);
  const remotes = [...clients.values()].flatMap(({ remote }) => (remote === null ? [] : [remote]));
  return { framesEncoded, targetBitrateBps: targetKbps * 1000, ...meter.update(clients), layers: bandwidth.layers(), remotes };
}
