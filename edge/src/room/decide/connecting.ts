import type { RoomEvent, Step } from './events.ts';
import { guestOf, liveShare, withChange, withGuest, withoutGuests } from './guests.ts';
import type { Guest, RoomShare, Whep } from './sharing-state.ts';
import type { RoomState, Running, Ticket } from './state.ts';
import { isRunning, noSession, refuse, stay, wire } from './transitions.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

/** So many who came by one share may be about to open their sockets at once. */
const maxFreshTickets = 64;

const badToken = () => wire('unauthorized', 'The token of the share is not valid, has expired, or was revoked.');
const crowded = () => wire('rate_limited', 'The session has as many guests as it takes.');

const shareOfToken = ({ sharing }: Running, hash: string, now: number): RoomShare | undefined =>
  sharing.shares.find((share) => share.hash === hash && share.expiresAtMs > now);

/** Who has a share's token gets a ticket for a socket of its role. */
export function onConnect(state: RoomState, { tokenHash, role, ticket }: Event<'connect'>, now: number): Step<RoomState> {
  const share = isRunning(state) ? shareOfToken(state, tokenHash, now) : undefined;
  if (!isRunning(state) || share === undefined || share.type !== role) return refuse(state, badToken());
  const isPending = (other: Ticket): boolean => other.use === 'fresh' && other.peer === null && other.expiresAtMs > now;
  const others = state.tickets.filter((other) => other.share !== share.id);
  // Used ones are remembered as long as there is room, so that whoever comes with one is told what became of it.
  const pending = state.tickets.filter((other) => other.share === share.id && isPending(other));
  if (pending.length >= maxFreshTickets) return refuse(state, wire('rate_limited', 'Too many are connecting by this share now.'));
  const past = state.tickets.filter((other) => other.share === share.id && !isPending(other)).slice(-8);
  return stay({
    ...state,
    tickets: [...others, ...past, ...pending, { ...ticket, use: 'fresh', role, share: share.id, peer: null }],
  });
}

/** Notes a guest who comes with a socket; an owner needs no note. @returns why it is refused, or the state with it. */
export function noteVisitor(
  state: Running,
  { peer, role, share }: { peer: string; role: Ticket['role']; share: string | null },
  now: number,
): Step<RoomState> {
  if (role === 'owner' || share === null) return stay(state);
  if (liveShare(state.sharing, share, now) === undefined) return refuse(state, badToken());
  const sharing = withGuest(state.sharing, { peer, role, share, whep: null }, now);
  if (sharing === undefined) return refuse(state, crowded());
  return stay(sharing === state.sharing ? state : { ...state, sharing });
}

/** A guest offers by WHEP: the account itself, or who has a share's token. */
export function onOffer(state: RoomState, { peer, by, whep }: Event<'offer'>, now: number): Step<RoomState> {
  const share = isRunning(state) && 'tokenHash' in by ? shareOfToken(state, by.tokenHash, now) : undefined;
  if ('tokenHash' in by && share === undefined) return refuse(state, badToken());
  if ('account' in by && (state.status === 'empty' || state.status === 'gone' || state.wish.account !== by.account)) {
    return refuse(state, noSession());
  }
  if (state.status === 'error') return refuse(state, state.error);
  if (!isRunning(state)) return refuse(state, wire('wrong_state', `The session does not stream: it is ${state.status}.`));
  const guest = { peer, role: share?.type ?? 'control', share: share?.id ?? null, whep } as const;
  const sharing = withGuest(state.sharing, guest, now);
  return sharing === undefined ? refuse(state, crowded()) : stay({ ...state, sharing });
}

/** @returns the guest who came by WHEP, to whoever has the token of its address. */
export function whepGuestOf(state: RoomState, peer: string, hash: string): (Guest & { whep: Whep }) | undefined {
  const guest = isRunning(state) ? guestOf(state.sharing, peer) : undefined;
  return guest?.whep?.hash === hash ? { ...guest, whep: guest.whep } : undefined;
}

/** A guest has new ICE credentials, and so has the host. */
export function onRestarted(state: RoomState, { peer, tag, ufrag }: Event<'restarted'>): Step<RoomState> {
  const whep = isRunning(state) ? guestOf(state.sharing, peer)?.whep : undefined;
  if (!isRunning(state) || !whep) return stay(state);
  return stay({ ...state, sharing: withChange(state.sharing, peer, { whep: { ...whep, tag, ufrag } }) });
}

/** A guest is gone: it was refused by the host, or said that it leaves. */
export function onDismiss(state: RoomState, { peer, reason }: Event<'dismiss'>): Step<RoomState> {
  if (!isRunning(state) || guestOf(state.sharing, peer) === undefined) return stay(state);
  const left = { ...state, sharing: withoutGuests(state.sharing, [peer]) };
  if (reason === null) return stay(left);
  const { host } = state.place;
  return stay(left, { type: 'disconnect', host, session: state.wish.session, peers: [peer], reason });
}
