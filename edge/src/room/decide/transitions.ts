import { lineName } from '#edge/line/name.ts';
import { AppError, type ErrorCode, type WireError } from '#shared/errors.ts';
import { reindexMs } from './deadlines.ts';
import type { Effect, Step } from './events.ts';
import type { In, RoomState, Running, Wish } from './state.ts';

/** A state that has a session. */
export type Held = Exclude<RoomState, In<'empty' | 'gone'>>;

export const isHeld = (state: RoomState): state is Held => state.status !== 'empty' && state.status !== 'gone';
export const isRunning = (state: RoomState): state is Running => state.status === 'created' || state.status === 'active';

export const wire = (code: ErrorCode, message?: string): WireError =>
  new AppError(code, message === undefined ? {} : { message }).toWire();

export const stay = (state: RoomState, ...effects: Effect[]): Step<RoomState> => ({ state, effects });

export const refuse = (state: RoomState, error: WireError): Step<RoomState> => stay(state, { type: 'refuse', error });

export const noSession = (): WireError => wire('not_found', 'There is no such session.');

/** The line in which such a session waits. */
export const lineOf = (wish: Wish): string => lineName(wish);

const forget = ({ wish }: Held): Effect => ({ type: 'forget', link: wish.link, session: wish.session });

/** The session is over and nothing of it is kept. */
export function toGone(state: Held, now: number, ...first: Effect[]): Step<RoomState> {
  const { session, account } = state.wish;
  // Who waits has no host.
  const left: Effect = state.status === 'waiting' ? { type: 'leave-line', line: lineOf(state.wish), session } : forget(state);
  return {
    state: { status: 'gone', session, account, reindexAtMs: now + reindexMs },
    effects: [...first, { type: 'close-all', error: wire('session_ended') }, left, { type: 'index' }],
  };
}

/** The session failed: it is kept, so that its owner and late clients can read why. */
export function toError(state: Running, error: WireError, now: number): Step<RoomState> {
  const { wish, tickets, place } = state;
  return {
    state: { status: 'error', wish, tickets, place, error, reindexAtMs: now + reindexMs },
    effects: [{ type: 'close-all', error }, forget(state), { type: 'index' }],
  };
}

/** The session ended by itself. */
export function toEnded(state: Running, reason: string, now: number): Step<RoomState> {
  if (state.wish.ephemeral) return toGone(state, now);
  const { wish, place } = state;
  return {
    state: { status: 'terminated', wish, place, reason, reindexAtMs: now + reindexMs },
    effects: [{ type: 'close-all', error: wire('session_ended') }, forget(state), { type: 'index' }],
  };
}
