import type { Deadlines } from '#shared/host.ts';
import type { RoomState, Wish } from './state.ts';

/** A socket's token is good for so long: as long as clients give signalling before they give up. */
export const ticketTtlMs = 5 * 60_000;

/** How long a link may take to place a session before the room takes it for failed. */
export const placingMs = 60_000;

/** A host that did not answer is asked so often to end a session, and again after so long; then its own deadlines have to do. */
export const ending = { attempts: 4, everyMs: 15_000 } as const;

/** The account's index is written again after so long unless it was seen to be written. */
export const reindexMs = 10_000;

const minuteMs = 60_000;

/** What a session's idle time says of the host's deadlines. A joinable session waits half an hour for the next client. */
export function deadlinesOf({ idleTimeMin, joinable }: Pick<Wish, 'idleTimeMin' | 'joinable'>): Deadlines {
  const peerGraceMs = 10_000;
  if (idleTimeMin === undefined) return { firstPeerMs: 5 * minuteMs, idleMs: joinable ? 30 * minuteMs : 0, peerGraceMs };
  const idleMs = idleTimeMin === 0 ? null : idleTimeMin * minuteMs;
  return { firstPeerMs: idleMs, idleMs, peerGraceMs };
}

export type DeadlineName = 'give-up-placing' | 'retry-ending' | 'reindex';

/** The deadlines that a state sets, by name: milliseconds since 1970. A room's one alarm rings at the first of them. */
export function deadlinesIn(state: RoomState): ReadonlyMap<DeadlineName, number> {
  const found = new Map<DeadlineName, number>();
  if (state.status === 'placing') found.set('give-up-placing', state.giveUpAtMs);
  if (state.status === 'terminating') found.set('retry-ending', state.retryAtMs);
  if (state.status !== 'empty' && state.reindexAtMs !== null) found.set('reindex', state.reindexAtMs);
  return found;
}

/** When the alarm is to ring, or null where nothing waits. */
export function alarmOf(state: RoomState): number | null {
  const times = [...deadlinesIn(state).values()];
  return times.length === 0 ? null : Math.min(...times);
}
