import { placingMs, reindexMs } from './deadlines.ts';
import type { RoomEvent, Step } from './events.ts';
import { onHostEvent } from './host-events.ts';
import { placeEffect } from './place-effect.ts';
import { noSharing } from './sharing-state.ts';
import { onMessage } from './signalling.ts';
import type { In, Place, RoomState, Ticket } from './state.ts';
import { refuse, stay, toGone, wire } from './transitions.ts';
import { inLine, onTurnFailed, toWaiting } from './waiting.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

export function onCreate(state: RoomState, { wish, ticket }: Event<'create'>, now: number): Step<RoomState> {
  // A room that was restarted while it was placing goes on with what hosts have said since.
  const before = state.status === 'placing' && state.wish.account === wish.account ? state : undefined;
  if (state.status !== 'empty' && before === undefined) return refuse(state, wire('conflict'));
  const tickets: Ticket[] = [...(before?.tickets ?? []), { ...ticket, use: 'fresh', role: 'owner', share: null, peer: null }];
  if (before === undefined && wish.waitMaxMin !== undefined) return toWaiting(wish, tickets, wish.waitMaxMin, now);
  const early = before?.early ?? [];
  // The account has it in its index already: it let it in.
  return stay({ status: 'placing', wish, tickets, early, giveUpAtMs: now + placingMs, reindexAtMs: null }, placeEffect(wish));
}

/** A host has accepted. What nobody waits for any more is ended there. */
export function onPlaced(state: RoomState, { session, place }: Event<'placed'>, now: number): Step<RoomState> {
  const end = (reason: string) => ({ type: 'end-on-host', host: place.host, session, reason, isAwaited: true }) as const;
  if (state.status === 'terminating' && state.place === null) {
    return stay({ ...state, place, attempts: 1 }, { type: 'refuse', error: wire('session_ended') }, end(state.reason));
  }
  if (state.status !== 'placing' && state.status !== 'waiting') {
    return stay(state, { type: 'refuse', error: wire('timeout') }, end('Placed too late.'));
  }
  const first = state.status === 'placing' ? created(state, place) : fromLine(state, place, now);
  const { early } = state;
  return early.reduce((before, event) => {
    const after = onHostEvent(before.state, event, now);
    return { state: after.state, effects: [...before.effects, ...after.effects] };
  }, first);
}

/** The link tells the account. */
const created = ({ wish, tickets }: In<'placing'>, place: Place): Step<RoomState> =>
  stay({ status: 'created', wish, tickets, place, seq: 0, sharing: noSharing, reindexAtMs: null });

/** What clients have said while they waited goes to the host now. */
function fromLine({ wish, tickets, held }: In<'waiting'>, place: Place, now: number): Step<RoomState> {
  const reindexAtMs = now + reindexMs;
  const running = { status: 'created', wish, tickets, place, seq: 0, sharing: noSharing, reindexAtMs } as const;
  const said = held.flatMap(({ from, signal }) => onMessage(running, from, signal));
  // The line waits for the end of this turn, not for the instance.
  return stay(running, { type: 'send-owners', signal: inLine(0) }, { type: 'index' }, { type: 'soon', effects: said });
}

/** Nobody takes it: nothing remains of the session but the error that whoever created it gets. */
export function onPlaceFailed(state: RoomState, { error }: Event<'place-failed'>, now: number): Step<RoomState> {
  if (state.status === 'terminating' && state.place === null) {
    return toGone(state, now, { type: 'refuse', error: wire('session_ended') });
  }
  if (state.status === 'waiting') return onTurnFailed(state, error, now);
  if (state.status !== 'placing') return refuse(state, error);
  return toGone(state, now, { type: 'refuse', error });
}
