import type { WireError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Screen, ScreenChange } from '#shared/screen.ts';
import { noteVisitor } from './connecting.ts';
import type { Client, Effect, RoomEvent, Step } from './events.ts';
import type { RoomState, Ticket } from './state.ts';
import { isHeld, noSession, refuse, stay, wire } from './transitions.ts';
import { inLine } from './waiting.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

/** So many of the owner's tokens are remembered, so that a client with an old one is told what became of it. */
const maxTickets = 8;

const statusName = (state: RoomState): string => (state.status === 'placing' ? 'created' : state.status);

const notActive = (state: RoomState): WireError =>
  wire('wrong_state', `The session can be joined only while it is active; it is ${statusName(state)}.`);

export function onJoin(state: RoomState, { account, screen }: Event<'join'>): Step<RoomState> {
  if (!isHeld(state) || state.wish.account !== account) return refuse(state, noSession());
  if (!state.wish.joinable) return refuse(state, wire('not_joinable'));
  // Nobody is there to make room: who comes has the place in the line.
  if (state.status === 'waiting') return stay(state);
  if (state.status !== 'active') return refuse(state, notActive(state));
  return stay(state, { type: 'make-room', host: state.place.host, session: state.wish.session, screen });
}

/** The host has let the owner's client go: only the new token opens the owner's socket now. Guests stay. */
export function onJoined(state: RoomState, { ticket, screen }: Event<'joined'>): Step<RoomState> {
  if (state.status !== 'active' && state.status !== 'waiting') {
    return refuse(state, isHeld(state) ? notActive(state) : wire('session_ended'));
  }
  const { owned, guests } = byOrigin(state.tickets);
  const replaced = owned.map((old): Ticket => ({ ...old, use: 'replaced' })).slice(1 - maxTickets);
  const tickets: Ticket[] = [...guests, ...replaced, ownTicket(ticket)];
  const wish = { ...state.wish, screen: changed(state.wish.screen, screen) };
  return stay(awaited({ ...state, wish, tickets }, ticket), { type: 'close-owners', error: wire('replaced') });
}

/** Whoever has a new ticket may come as long as it is good: its place in the line is kept. */
const awaited = <T extends RoomState>(state: T, { expiresAtMs }: Pick<Ticket, 'expiresAtMs'>): T =>
  state.status === 'waiting' && state.leaveAtMs !== null ? { ...state, leaveAtMs: expiresAtMs } : state;

/** Another ticket for the owner; the one who is there stays. */
export function onReopen(state: RoomState, { account, ticket }: Event<'reopen'>): Step<RoomState> {
  if (!isHeld(state) || state.wish.account !== account) return refuse(state, noSession());
  if (state.status === 'terminating' || state.status === 'terminated') return refuse(state, wire('session_ended'));
  const { owned, guests } = byOrigin(state.tickets);
  const tickets = [...guests, ...owned.slice(1 - maxTickets), ownTicket(ticket)];
  return stay(awaited({ ...state, tickets }, ticket));
}

const ownTicket = (ticket: Event<'reopen'>['ticket']): Ticket => ({
  ...ticket,
  ...{ use: 'fresh', role: 'owner', share: null, peer: null },
});

const byOrigin = (tickets: readonly Ticket[]): { owned: Ticket[]; guests: Ticket[] } => ({
  owned: tickets.filter(({ share }) => share === null),
  guests: tickets.filter(({ share }) => share !== null),
});

const changed = (screen: Screen, change: ScreenChange | undefined): Screen => ({
  width: change?.width ?? screen.width,
  height: change?.height ?? screen.height,
  fps: change?.fps ?? screen.fps,
  density: change?.density ?? screen.density,
});

/** A client opens the signalling socket: its token is good once. */
export function onOpen(state: RoomState, { tokenHash, peer }: Event<'open'>, now: number): Step<RoomState> {
  if (!isHeld(state)) return refuse(state, noSession());
  if (state.status === 'terminating' || state.status === 'terminated') return refuse(state, wire('session_ended'));
  const ticket = state.tickets.find(({ hash }) => hash === tokenHash);
  if (ticket === undefined) return refuse(state, wire('unauthorized', 'The token of this address is not valid.'));
  if (state.status === 'error') return refuse(state, state.error);
  if (ticket.use === 'replaced') return refuse(state, wire('replaced'));
  if (ticket.use === 'used') return refuse(state, wire('token_used'));
  if (now >= ticket.expiresAtMs) return refuse(state, wire('token_expired'));
  if (state.status === 'placing') return refuse(state, wire('wrong_state', 'The session is still being placed.'));
  // A client that comes back is who it was, and nobody's rival.
  if (ticket.peer !== null) {
    const { role, share } = ticket;
    return admitted(state, { peer: ticket.peer, role, share }, peer);
  }
  // There is one owner at a time: of the addresses that a repeated creation gave, the first that is used counts.
  const isRival = (other: Ticket): boolean => ticket.share === null && other.share === null && other.use === 'fresh';
  const tickets = state.tickets.map((other): Ticket => {
    if (other === ticket) return { ...other, use: 'used' };
    return isRival(other) ? { ...other, use: 'replaced' } : other;
  });
  const client = { peer, role: ticket.role, share: ticket.share };
  if (state.status === 'waiting') return admitted({ ...state, tickets }, client, peer);
  const noted = noteVisitor({ ...state, tickets }, client, now);
  return noted.effects.length === 0 ? admitted(noted.state, client, peer) : stay(state, ...noted.effects);
}

/** Who waits is there from now on, and hears its place in the line. */
function admitted(state: RoomState, client: Client, as: PeerId): Step<RoomState> {
  const admit: Effect = { type: 'admit', client, as };
  if (state.status !== 'waiting') return stay(state, admit);
  const { peer } = client;
  const place: Effect[] = state.place > 0 ? [{ type: 'send', peer, signal: inLine(state.place) }] : [];
  return stay({ ...state, leaveAtMs: null }, admit, ...place);
}
