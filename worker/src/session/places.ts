import type { Role } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';
import { connectTimeoutMs, type RunningState, type SessionEffect } from './state.ts';

/** The places of a session's clients: one for the owner, and one for each guest. Pure. */
export interface Moved {
  state: RunningState;
  effects: SessionEffect[];
}

/**
 * A client is served. The owner's place is the newcomer's as soon as it is served: two offers at once would be two owners. Guests
 * have places beside it.
 */
export function offered(state: RunningState, peer: PeerId, role: Role, keeps = false): Moved {
  const { owner, guests } = state;
  const place = { id: peer, connection: 'offered' as const };
  const others = guests.filter(({ id }) => id !== peer);
  const waiting: SessionEffect[] = [
    ...(keeps || role === 'owner' ? notAlone : []),
    { type: 'clear-deadline', deadline: { name: 'grace', peer } },
    { type: 'set-deadline', deadline: { name: 'connect', peer }, ms: connectTimeoutMs },
  ];
  if (role !== 'owner') {
    // A client that is the owner stays it.
    if (owner?.id === peer) return offered(state, peer, 'owner');
    return { state: { ...state, guests: [...others, { ...place, role, keeps }] }, effects: waiting };
  }
  return {
    state: { ...state, owner: place, guests: others },
    effects: [...(owner === null || owner.id === peer ? [] : leave(owner.id, 'replaced by another client')), ...waiting],
  };
}

/** A client is connected, for the first time or again. */
export function connected(state: RunningState, peer: PeerId): Moved {
  const isOwner = state.owner?.id === peer;
  const guest = state.guests.find(({ id }) => id === peer);
  const place = isOwner ? state.owner : guest;
  if (place == null || place.connection === 'connected') return { state, effects: [] };
  const role = guest?.role ?? 'owner';
  const joined: SessionEffect[] =
    place.connection === 'offered' ? [{ type: 'report', report: { type: 'peer-joined', peer, role } }] : [];
  const connection = 'connected' as const;
  return {
    state: {
      ...state,
      seen: true,
      wasKept: state.wasKept || isOwner || guest?.keeps === true,
      owner: isOwner ? { id: peer, connection } : state.owner,
      guests: state.guests.map((one) => (one.id === peer ? { ...one, connection } : one)),
    },
    effects: [...clear(peer), ...joined],
  };
}

/** A client's place is empty; null where it had none. */
export function vacate(state: RunningState, peer: PeerId, reason: string): Moved | null {
  const { owner, guests } = state;
  const isOwner = owner?.id === peer;
  if (!isOwner && !guests.some(({ id }) => id === peer)) return null;
  return {
    state: { ...state, owner: isOwner ? null : owner, guests: guests.filter(({ id }) => id !== peer) },
    effects: leave(peer, reason),
  };
}

/** Whether anybody is there, or about to come, on whom the session's life depends. */
export const isKept = ({ owner, guests }: RunningState): boolean => owner !== null || guests.some(({ keeps }) => keeps);

/** The session waits for nobody. */
const notAlone: readonly SessionEffect[] = [
  { type: 'clear-deadline', deadline: { name: 'first-peer' } },
  { type: 'clear-deadline', deadline: { name: 'idle' } },
];

const clear = (peer: PeerId): SessionEffect[] => [
  { type: 'clear-deadline', deadline: { name: 'connect', peer } },
  { type: 'clear-deadline', deadline: { name: 'grace', peer } },
];

const leave = (peer: PeerId, reason: string): SessionEffect[] => [
  ...clear(peer),
  { type: 'close-peer', peer },
  { type: 'report', report: { type: 'peer-left', peer, reason } },
];
