import type { Deadlines } from '#shared/host.ts';
import type { RoomState, Wish } from './state.ts';

/** A socket's token is good for so long: as long as clients give signalling before they give up. */
export const ticketTtlMs = 5 * 60_000;

/** With its token a client that is connected opens further sockets. It is good for as long as the longest of them are watched. */
export const resumeTtlMs = 7 * 24 * 3_600_000;

/** How long a link may take to place a session before the room takes it for failed. */
export const placingMs = 60_000;

/** Who waits in line and goes away is gone after so long; it makes sure so often that it still stands there. */
export const line = { awayMs: 30_000, enterEveryMs: 60_000 } as const;

/** A host that did not answer is asked so often to end a session, and again after so long; then its own deadlines have to do. */
export const ending = { attempts: 4, everyMs: 15_000 } as const;

/** The account's index is written again after so long unless it was seen to be written. */
export const reindexMs = 10_000;

/** A host that could not disconnect guests is asked again after so long. */
export const disconnectEveryMs = 5000;

const minuteMs = 60_000;

/** Minutes of the API: 0 is for ever. */
const idleMsOf = (minutes: number): number | null => (minutes === 0 ? null : minutes * minuteMs);

/**
 * What a session's idle time says of the host's deadlines. Without one the first client has five minutes to come, and the account's
 * default holds after the last; where there is none, a joinable session waits half an hour for the next client.
 */
export function deadlinesOf(wish: Pick<Wish, 'idleTimeMin' | 'defaultIdleMin' | 'joinable' | 'peerGraceMs'>): Deadlines {
  const { peerGraceMs } = wish;
  if (wish.idleTimeMin !== undefined) {
    const idleMs = idleMsOf(wish.idleTimeMin);
    return { firstPeerMs: idleMs, idleMs, peerGraceMs };
  }
  const { defaultIdleMin = wish.joinable ? 30 : null } = wish;
  return { firstPeerMs: 5 * minuteMs, idleMs: defaultIdleMin === null ? 0 : idleMsOf(defaultIdleMin), peerGraceMs };
}

export type DeadlineName =
  | 'give-up-placing'
  | 'leave-line'
  | 'enter-line'
  | 'retry-ending'
  | 'expire-shares'
  | 'disconnect'
  | 'reindex';

/** The deadlines that a state sets, by name: milliseconds since 1970. A room's one alarm rings at the first of them. */
export function deadlinesIn(state: RoomState): ReadonlyMap<DeadlineName, number> {
  const found = new Map<DeadlineName, number>();
  if (state.status === 'placing') found.set('give-up-placing', state.giveUpAtMs);
  if (state.status === 'waiting') {
    found.set('leave-line', Math.min(state.giveUpAtMs, state.leaveAtMs ?? Number.POSITIVE_INFINITY));
    found.set('enter-line', state.enterAtMs);
  }
  if (state.status === 'created' || state.status === 'active') {
    const { shares, disconnectAtMs } = state.sharing;
    if (shares.length > 0) found.set('expire-shares', Math.min(...shares.map(({ expiresAtMs }) => expiresAtMs)));
    if (disconnectAtMs !== null) found.set('disconnect', disconnectAtMs);
  }
  if (state.status === 'terminating') found.set('retry-ending', state.retryAtMs);
  if (state.status !== 'empty' && state.reindexAtMs !== null) found.set('reindex', state.reindexAtMs);
  return found;
}

/** When the alarm is to ring, or null where nothing waits. */
export function alarmOf(state: RoomState): number | null {
  const times = [...deadlinesIn(state).values()];
  return times.length === 0 ? null : Math.min(...times);
}
