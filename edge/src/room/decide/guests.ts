import type { HostEvent } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Guest, RoomShare, Sharing } from './sharing-state.ts';

/** More guests at once than this a session does not take. */
export const maxGuests = 500;

/** A guest that has not connected for so long does not come any more. */
export const guestWaitMs = 10 * 60_000;

/** The share of that id, as long as it has not expired. @param now milliseconds since 1970. */
export const liveShare = ({ shares }: Sharing, id: string, now: number): RoomShare | undefined =>
  shares.find((share) => share.id === id && share.expiresAtMs > now);

export const guestOf = ({ guests }: Sharing, peer: PeerId): Guest | undefined => guests.find((guest) => guest.peer === peer);

/** Adds a guest, or counts its time anew. @returns undefined where there are too many already. */
export function withGuest(sharing: Sharing, guest: Omit<Guest, 'joined' | 'sinceMs'>, now: number): Sharing | undefined {
  const known = guestOf(sharing, guest.peer);
  if (known !== undefined) return known.joined ? sharing : withChange(sharing, guest.peer, { sinceMs: now });
  const coming = sharing.guests.filter(({ joined, sinceMs }) => joined || now - sinceMs < guestWaitMs);
  if (coming.length >= maxGuests) return undefined;
  return { ...sharing, guests: [...coming, { ...guest, joined: false, sinceMs: now }] };
}

export const withChange = (sharing: Sharing, peer: PeerId, change: Partial<Guest>): Sharing => ({
  ...sharing,
  guests: sharing.guests.map((guest) => (guest.peer === peer ? { ...guest, ...change } : guest)),
});

/** Without these guests; with nobody left to disconnect the host is asked no more. */
export function withoutGuests(sharing: Sharing, peers: readonly PeerId[]): Sharing {
  const guests = sharing.guests.filter(({ peer }) => !peers.includes(peer));
  if (guests.length === sharing.guests.length && sharing.disconnectAtMs === null) return sharing;
  const left = { ...sharing, guests };
  return doomed(left).length === 0 ? { ...left, disconnectAtMs: null } : left;
}

/** The guests whose share is no more. */
export const doomed = ({ guests, shares }: Sharing): PeerId[] =>
  guests.flatMap(({ peer, share }) => (share === null || shares.some(({ id }) => id === share) ? [] : [peer]));

/** The host tells of a client that came or left. Of those that are no guests nothing is kept. */
export function onVisit(sharing: Sharing, event: Extract<HostEvent, { type: 'peer-joined' | 'peer-left' }>): Sharing {
  if (guestOf(sharing, event.peer) === undefined) return sharing;
  return event.type === 'peer-joined' ? withChange(sharing, event.peer, { joined: true }) : withoutGuests(sharing, [event.peer]);
}
