import { deadlinesOf, placingMs } from './deadlines.ts';
import type { Effect, RoomEvent, Step } from './events.ts';
import { onHostEvent } from './host-events.ts';
import { noSharing } from './sharing-state.ts';
import type { RoomState, Ticket, Wish } from './state.ts';
import { refuse, stay, toGone, wire } from './transitions.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

export function onCreate(state: RoomState, { wish, ticket }: Event<'create'>, now: number): Step<RoomState> {
  // A room that was restarted while it was placing goes on with what hosts have said since.
  const before = state.status === 'placing' && state.wish.account === wish.account ? state : undefined;
  if (state.status !== 'empty' && before === undefined) return refuse(state, wire('conflict'));
  const tickets: Ticket[] = [...(before?.tickets ?? []), { ...ticket, use: 'fresh', role: 'owner', share: null }];
  const early = before?.early ?? [];
  // The account has it in its index already: it let it in.
  return stay({ status: 'placing', wish, tickets, early, giveUpAtMs: now + placingMs, reindexAtMs: null }, placeEffect(wish));
}

function placeEffect(wish: Wish): Effect {
  const { session, account, link, region, app, screen, extraData, appVersion } = wish;
  const version = appVersion === undefined ? {} : { appVersion };
  const order = { session, account, app, ...version, screen, extraData, deadlines: deadlinesOf(wish) };
  return { type: 'place', link, region, account, order };
}

/** A host has accepted. What nobody waits for any more is ended there. */
export function onPlaced(state: RoomState, { session, place }: Event<'placed'>, now: number): Step<RoomState> {
  const end = (reason: string) => ({ type: 'end-on-host', host: place.host, session, reason, isAwaited: true }) as const;
  if (state.status === 'terminating' && state.place === null) {
    return stay({ ...state, place, attempts: 1 }, { type: 'refuse', error: wire('session_ended') }, end(state.reason));
  }
  if (state.status !== 'placing') return stay(state, { type: 'refuse', error: wire('timeout') }, end('Placed too late.'));
  const { wish, tickets, early } = state;
  const first: Step<RoomState> = {
    // The link tells the account.
    state: { status: 'created', wish, tickets, place, seq: 0, sharing: noSharing, reindexAtMs: null },
    effects: [],
  };
  return early.reduce((before, event) => {
    const after = onHostEvent(before.state, event, now);
    return { state: after.state, effects: [...before.effects, ...after.effects] };
  }, first);
}

/** Nobody takes it: nothing remains of the session but the error that whoever created it gets. */
export function onPlaceFailed(state: RoomState, { error }: Event<'place-failed'>, now: number): Step<RoomState> {
  if (state.status === 'terminating' && state.place === null) {
    return toGone(state, now, { type: 'refuse', error: wire('session_ended') });
  }
  if (state.status !== 'placing') return refuse(state, error);
  return toGone(state, now, { type: 'refuse', error });
}
