import type { FarpaneError, FarpaneErrorCode } from './errors.ts';

/** Why a session is over without a failure. */
export type EndReason = 'left' | 'ended' | 'replaced';

/** How a session stands, in plain words; each state carries only what belongs to it. */
export type SessionState =
  | { readonly name: 'idle' }
  /** The gateway is asked for a session, or for a way back into one. */
  | { readonly name: 'creating' }
  /** All slots are taken: the session stands in line for one, at this place from 1. */
  | { readonly name: 'waiting'; readonly place: number }
  /** The host is asked for its offer. */
  | { readonly name: 'signalling' }
  /** The offer is answered; the first picture is awaited. */
  | { readonly name: 'connecting' }
  | { readonly name: 'playing' }
  /** The stream was interrupted. `attempt` 0: it may still come back by itself; from 1 on the session is joined again. */
  | { readonly name: 'reconnecting'; readonly attempt: number }
  | { readonly name: 'ended'; readonly reason: EndReason }
  | { readonly name: 'failed'; readonly error: FarpaneError };

export type SessionEvent =
  | { readonly type: 'begin' }
  | { readonly type: 'granted' }
  /** `place` 0: it has a slot. */
  | { readonly type: 'queued'; readonly place: number }
  | { readonly type: 'answered' }
  | { readonly type: 'picture' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'recovered' }
  /** Another connection is wanted in the place of the one that plays. */
  | { readonly type: 'renew' }
  /** This connection is over; whether another may follow is decided here. */
  | { readonly type: 'lost'; readonly error: FarpaneError }
  | { readonly type: 'over'; readonly reason: EndReason };

export type SessionEffect =
  /** Close what this connection has open. */
  | { readonly type: 'drop' }
  /** Take the picture away, which stays where another connection may follow. */
  | { readonly type: 'clear' }
  /** Join the session again, after `delayMs`. */
  | { readonly type: 'rejoin'; readonly delayMs: number };

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** What is waited before each attempt to join again, in milliseconds: together about half a minute. */
export const rejoinDelaysMs = [0, 500, 1000, 2000, 4000, 8000, 15_000] as const;

const stay = (state: SessionState): SessionStep => ({ state, effects: [] });
const final = (state: SessionState): SessionStep => ({ state, effects: [{ type: 'clear' }, { type: 'drop' }] });

/** Failures after which the session itself may live on: only the way to it was lost. */
const wayLost: readonly FarpaneErrorCode[] = [
  'connection_lost',
  'connection_failed',
  'no_video',
  'socket_failed',
  'signalling_timeout',
  'gateway_away',
  'timeout',
  'unavailable',
  'wrong_state',
  'rate_limited',
  'token_expired',
  'token_used',
];

/** Whether the session may still run after this failure, so that joining it again makes sense. */
export const mayLiveOn = ({ code }: FarpaneError): boolean => wayLost.includes(code);

/** Decides what follows; acts nowhere. `mayRejoin`: the session can be joined, and there is one to come back to. */
export function step(state: SessionState, event: SessionEvent, { mayRejoin }: { mayRejoin: boolean }): SessionStep {
  if (state.name === 'ended' || state.name === 'failed') return stay(state);
  const back = state.name === 'reconnecting';
  switch (event.type) {
    case 'begin':
      return stay(state.name === 'idle' ? { name: 'creating' } : state);
    case 'granted':
      return stay(back ? state : { name: 'signalling' });
    case 'queued':
      if (event.place > 0) return stay({ name: 'waiting', place: event.place });
      return stay(state.name === 'waiting' ? { name: 'signalling' } : state);
    case 'answered':
      return stay(back || state.name === 'playing' ? state : { name: 'connecting' });
    case 'picture':
      return stay({ name: 'playing' });
    case 'interrupted':
      return stay(state.name === 'playing' ? { name: 'reconnecting', attempt: 0 } : state);
    case 'recovered':
      return stay(back && state.attempt === 0 ? { name: 'playing' } : state);
    case 'renew':
      return state.name === 'playing' && mayRejoin ? rejoin(1, rejoinDelaysMs[0]) : stay(state);
    case 'lost':
      return lost(state, event.error, mayRejoin);
    case 'over':
      return final({ name: 'ended', reason: event.reason });
    default:
      return event satisfies never;
  }
}

function lost(state: SessionState, error: FarpaneError, mayRejoin: boolean): SessionStep {
  if (error.code === 'replaced') return final({ name: 'ended', reason: 'replaced' });
  if (error.code === 'session_ended') return final({ name: 'ended', reason: 'ended' });
  const attempt = state.name === 'reconnecting' ? state.attempt + 1 : 1;
  const delayMs = rejoinDelaysMs[attempt - 1];
  if (!mayRejoin || delayMs === undefined || !mayLiveOn(error)) return final({ name: 'failed', error });
  return rejoin(attempt, delayMs);
}

const rejoin = (attempt: number, delayMs: number): SessionStep => ({
  state: { name: 'reconnecting', attempt },
  effects: [{ type: 'drop' }, { type: 'rejoin', delayMs }],
});
