import { deadlinesOf, placingMs, reindexMs } from './deadlines.ts';
import type { RoomEvent, Step } from './events.ts';
import { onHostEvent } from './host-events.ts';
import { noSharing } from './sharing-state.ts';
import type { RoomState } from './state.ts';
import { refuse, stay, toGone, wire } from './transitions.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

export function onCreate(state: RoomState, { wish, ticket }: Event<'create'>, now: number): Step<RoomState> {
  if (state.status !== 'empty') return refuse(state, wire('conflict'));
  return {
    state: {
      status: 'placing',
      wish,
      tickets: [{ ...ticket, use: 'fresh', role: 'owner', share: null }],
      early: [],
      giveUpAtMs: now + placingMs,
      reindexAtMs: now + reindexMs,
    },
    effects: [
      { type: 'index' },
      {
        type: 'place',
        link: wish.link,
        region: wish.region,
        order: {
          session: wish.session,
          app: wish.app,
          ...(wish.appVersion === undefined ? {} : { appVersion: wish.appVersion }),
          screen: wish.screen,
          extraData: wish.extraData,
          deadlines: deadlinesOf(wish),
        },
      },
    ],
  };
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
    state: { status: 'created', wish, tickets, place, seq: 0, sharing: noSharing, reindexAtMs: now + reindexMs },
    effects: [{ type: 'index' }],
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
