import type { ErrorCode, WireError } from '#shared/errors.ts';
import type { ClientSignal, ServerSignal } from '#shared/signal.ts';
import { line, reindexMs, ticketTtlMs } from './deadlines.ts';
import type { Effect, RoomEvent, Step } from './events.ts';
import { placeEffect } from './place-effect.ts';
import type { In, RoomState, Ticket, Visitor, Wish } from './state.ts';
import { lineOf, refuse, stay, toGone, wire } from './transitions.ts';

type Waiting = In<'waiting'>;
type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

const minuteMs = 60_000;
/** More than clients say before they are answered: settings and an offer each, of a few. */
const maxHeld = 8;

/** Why a turn may find no slot that another turn may find. */
const passing: ReadonlySet<ErrorCode> = new Set(['no_host', 'unavailable', 'timeout', 'host_draining']);
/** Hosts that were there may be so again: who has a place in line waits for that too. */
const absent: ReadonlySet<ErrorCode> = new Set(['unknown_application', 'unknown_version', 'unknown_region']);

export const inLine = (place: number): ServerSignal => ({ type: 'line', place });

const enter = (wish: Wish): Effect => ({ type: 'enter-line', line: lineOf(wish), session: wish.session });

/** A session that may wait stands in line first of all: who came before it is placed before it. */
export function toWaiting(wish: Wish, tickets: Ticket[], waitMaxMin: number, now: number): Step<RoomState> {
  const waiting: Waiting = {
    ...{ status: 'waiting', wish, tickets, early: [], held: [], place: 0, reindexAtMs: now + reindexMs },
    ...{ giveUpAtMs: now + waitMaxMin * minuteMs, leaveAtMs: now + ticketTtlMs, enterAtMs: now + line.enterEveryMs },
  };
  return stay(waiting, { type: 'index' }, enter(wish));
}

export function onTurn(state: RoomState): Step<RoomState> {
  return state.status === 'waiting' ? stay(state, placeEffect(state.wish)) : stay(state);
}

export function onInLine(state: RoomState, { place }: Event<'in-line'>): Step<RoomState> {
  if (state.status !== 'waiting' || state.place === place) return stay(state);
  return stay({ ...state, place }, { type: 'send-owners', signal: inLine(place) });
}

/** Its turn found no host: the line is told why. It goes on waiting, unless there never was one, or the session itself can't be. */
export function onTurnFailed(state: Waiting, error: WireError, now: number): Step<RoomState> {
  if (passing.has(error.code) || (absent.has(error.code) && state.place > 0)) return refuse(state, error);
  return toGone(state, now, { type: 'refuse', error }, { type: 'close-all', error });
}

/** Who closes its socket while it waits has not been served: unless it comes back it has left. */
export function onOwnerAway(state: RoomState, now: number): Step<RoomState> {
  return state.status === 'waiting' ? stay({ ...state, leaveAtMs: now + line.awayMs }) : stay(state);
}

export function onLeaveLine(state: Waiting, now: number): Step<RoomState> {
  if (now < state.giveUpAtMs) return toGone(state, now);
  const { waitMaxMin } = state.wish;
  const error = wire('no_host', `No slot came free within ${waitMaxMin === 1 ? 'a minute' : `${waitMaxMin} minutes`}.`);
  return toGone(state, now, { type: 'close-all', error });
}

export const onEnterLine = (state: Waiting, now: number): Step<RoomState> =>
  stay({ ...state, enterAtMs: now + line.enterEveryMs }, enter(state.wish));

/** Keeps what a client says for the host that will be: of each client the last of a kind. */
export function held(state: Waiting, from: Visitor, signal: ClientSignal): Waiting {
  const others = state.held.filter((other) => other.from.peer !== from.peer || other.signal.type !== signal.type);
  return { ...state, held: [...others, { from, signal }].slice(-maxHeld) };
}
