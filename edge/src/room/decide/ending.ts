import { type DeadlineName, deadlinesIn, ending, reindexMs } from './deadlines.ts';
import type { Effect, RoomEvent, Step } from './events.ts';
import { askToDisconnect, onSharesExpired } from './sharing.ts';
import type { In, RoomState } from './state.ts';
import { type Held, isHeld, isRunning, noSession, refuse, stay, toGone, wire } from './transitions.ts';
import { onEnterLine, onLeaveLine } from './waiting.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

/** The session is not wanted any more. */
export function onEnd(state: RoomState, { account, reason, force }: Event<'end'>, now: number): Step<RoomState> {
  if (!isHeld(state) || state.wish.account !== account) return refuse(state, noSession());
  const { wish } = state;
  if (force) return endAtOnce(state, reason, now);
  const terminating = { status: 'terminating', wish, reason, reindexAtMs: now + reindexMs } as const;
  const effects: Effect[] = [{ type: 'close-all', error: wire('session_ended') }, { type: 'index' }];
  switch (state.status) {
    case 'placing':
      return stay({ ...terminating, place: null, attempts: 0, retryAtMs: state.giveUpAtMs }, ...effects);
    case 'created':
    case 'active': {
      const next = { ...terminating, place: state.place, attempts: 1, retryAtMs: now + ending.everyMs };
      return stay(next, ...effects, endOnHost(next, state.place.host));
    }
    case 'terminating':
      return stay(state);
    case 'waiting':
    case 'error':
    case 'terminated':
      return toGone(state, now);
    default:
      return state satisfies never;
  }
}

/** The host is told, and not waited for. Where it does not hear, it is told again when it tells of the session. */
function endAtOnce(state: Held, reason: string, now: number): Step<RoomState> {
  const gone = toGone(state, now);
  if ((!isRunning(state) && state.status !== 'terminating') || state.place === null) return gone;
  const { host } = state.place;
  const { session } = state.wish;
  return stay(gone.state, ...gone.effects, { type: 'end-on-host', host, session, reason, isAwaited: false });
}

const endOnHost = ({ wish, reason }: Pick<In<'terminating'>, 'wish' | 'reason'>, host: string): Effect => ({
  type: 'end-on-host',
  host,
  session: wish.session,
  reason,
  isAwaited: true,
});

/** A host that does not know the session has ended it. */
export function onEndReplied(state: RoomState, { outcome }: Event<'end-replied'>, now: number): Step<RoomState> {
  if (state.status !== 'terminating' || state.place === null) return stay(state);
  return outcome.ok || outcome.error.code === 'unknown_session' ? toGone(state, now) : stay(state);
}

/** Does what is due, one deadline after the other. */
export function onDeadline(state: RoomState, now: number): Step<RoomState> {
  const due = [...deadlinesIn(state)].find(([, atMs]) => atMs <= now);
  if (due === undefined) return stay(state);
  const first = whenDue(state, due[0], now);
  const rest = onDeadline(first.state, now);
  return { state: rest.state, effects: [...first.effects, ...rest.effects] };
}

function whenDue(state: RoomState, name: DeadlineName, now: number): Step<RoomState> {
  if (state.status === 'placing' && name === 'give-up-placing') return toGone(state, now);
  if (state.status === 'waiting' && name === 'leave-line') return onLeaveLine(state, now);
  if (state.status === 'waiting' && name === 'enter-line') return onEnterLine(state, now);
  if (state.status === 'terminating' && name === 'retry-ending') {
    if (state.place === null || state.attempts >= ending.attempts) return toGone(state, now);
    const next = { ...state, attempts: state.attempts + 1, retryAtMs: now + ending.everyMs };
    return stay(next, endOnHost(next, state.place.host));
  }
  if (isRunning(state) && name === 'expire-shares') return onSharesExpired(state, now);
  if (isRunning(state) && name === 'disconnect') return askToDisconnect(state, 'The share is over.', now);
  if (state.status === 'empty') return stay(state);
  return stay({ ...state, reindexAtMs: now + reindexMs }, { type: 'index' });
}
