import { disconnectEveryMs, reindexMs } from './deadlines.ts';
import type { Effect, RoomEvent, Step } from './events.ts';
import { doomed, withoutGuests } from './guests.ts';
import type { RoomShare, Sharing } from './sharing-state.ts';
import type { RoomState, Running } from './state.ts';
import { isHeld, isRunning, noSession, refuse, stay, wire } from './transitions.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

const noShare = () => wire('not_found', 'There is no such share.');

/** The shares have changed: the account's index is to follow. */
function resharing(state: Running, change: Pick<Sharing, 'shares'>, now: number): Running {
  const sharing = { ...state.sharing, ...change, revision: state.sharing.revision + 1 };
  return { ...state, sharing, reindexAtMs: now + reindexMs };
}

/** The session is shared. Shares that have expired do not count. */
export function onShare(state: RoomState, { account, share, limit }: Event<'share'>, now: number): Step<RoomState> {
  if (!isHeld(state) || state.wish.account !== account) return refuse(state, noSession());
  if (!isRunning(state)) return refuse(state, wire('wrong_state', `The session can't be shared: it is ${state.status}.`));
  const live = state.sharing.shares.filter(({ expiresAtMs }) => expiresAtMs > now).length;
  if (live >= limit)
    return refuse(state, wire('forbidden', `The session has ${live} shares: no more than ${limit} are allowed.`));
  return stay(resharing(state, { shares: [...state.sharing.shares, share] }, now), { type: 'index' });
}

/** @returns the share, to the account whose it is. */
export function shareOf(state: RoomState, account: string, id: string, now: number): RoomShare | undefined {
  if (!isRunning(state) || state.wish.account !== account) return undefined;
  return state.sharing.shares.find((share) => share.id === id && share.expiresAtMs > now);
}

export function onChangeShare(state: RoomState, event: Event<'change-share'>, now: number): Step<RoomState> {
  const known = shareOf(state, event.account, event.id, now);
  if (known === undefined || !isRunning(state)) return refuse(state, noShare());
  const changed = { ...known, ...event.change };
  const shares = state.sharing.shares.map((share) => (share === known ? changed : share));
  return stay(resharing(state, { shares }, now), { type: 'index' });
}

export function onRevokeShare(state: RoomState, { account, id }: Event<'revoke-share'>, now: number): Step<RoomState> {
  if (shareOf(state, account, id, now) === undefined || !isRunning(state)) return refuse(state, noShare());
  return withoutShares(state, [id], 'The share of this address was revoked.', now);
}

/** The shares whose time is over go as if they were revoked. */
export function onSharesExpired(state: Running, now: number): Step<RoomState> {
  const over = state.sharing.shares.filter(({ expiresAtMs }) => expiresAtMs <= now).map(({ id }) => id);
  return withoutShares(state, over, 'The share of this address has expired.', now);
}

/** Takes shares away: from their sockets, from those who are about to open one, and from who is connected. */
function withoutShares(state: Running, ids: readonly string[], message: string, now: number): Step<RoomState> {
  const isOver = (id: string | null): boolean => id !== null && ids.includes(id);
  const next = resharing(state, { shares: state.sharing.shares.filter(({ id }) => !isOver(id)) }, now);
  const left = { ...next, tickets: state.tickets.filter(({ share }) => !isOver(share)) };
  const closed = ids.map((share): Effect => ({ type: 'close-share', share, error: wire('forbidden', message) }));
  const asked = askToDisconnect(left, message, now);
  return stay(asked.state, ...closed, { type: 'index' }, ...asked.effects);
}

/** Asks the host to disconnect the guests whose share is no more; until it has, it is asked again. */
export function askToDisconnect(state: Running, reason: string, now: number): Step<RoomState> {
  const peers = doomed(state.sharing);
  if (peers.length === 0) return stay({ ...state, sharing: { ...state.sharing, disconnectAtMs: null } });
  const sharing = { ...state.sharing, disconnectAtMs: now + disconnectEveryMs };
  const { host } = state.place;
  return stay({ ...state, sharing }, { type: 'disconnect', host, session: state.wish.session, peers, reason });
}

/** The host has disconnected them, or could not be asked. */
export function onDisconnected(state: RoomState, { peers, outcome }: Event<'disconnected'>): Step<RoomState> {
  if (!isRunning(state) || !outcome.ok) return stay(state);
  return stay({ ...state, sharing: withoutGuests(state.sharing, peers) });
}
