import type { HostEvent } from '#shared/host.ts';
import { reindexMs } from './deadlines.ts';
import type { Step } from './events.ts';
import { onVisit } from './guests.ts';
import type { Place, RoomState, Running } from './state.ts';
import { isRunning, stay, toEnded, toError, toGone, wire } from './transitions.ts';

/** More than a host says of a session before its launch is answered. */
const maxEarly = 16;

const isFrom = (place: Place, { host, incarnation }: Pick<HostEvent, 'host' | 'incarnation'>): boolean =>
  place.host === host && place.incarnation === incarnation;

/** A host tells of the session. Twice the same, or late, changes nothing. */
export function onHostEvent(state: RoomState, event: HostEvent, now: number): Step<RoomState> {
  switch (state.status) {
    case 'placing':
    case 'waiting':
      // The link's answer may be overtaken by what the host says.
      return stay({ ...state, early: [...state.early, event].slice(0, maxEarly) });
    case 'created':
    case 'active':
      if (event.host !== state.place.host) return onStray(state, event);
      // Of a former run of the host nothing counts any more.
      return isFrom(state.place, event) && event.seq > state.seq ? onNews(state, event, now) : stay(state);
    case 'terminating':
      if (state.place === null || !isFrom(state.place, event)) return stay(state);
      return event.type === 'ended' || event.type === 'failed' ? toGone(state, now) : stay(state);
    case 'error':
    case 'terminated':
    case 'gone':
    case 'empty':
      return onStray(state, event);
    default:
      return state satisfies never;
  }
}

function onNews(state: Running, event: HostEvent, now: number): Step<RoomState> {
  switch (event.type) {
    case 'failed':
      return toError(state, event.error, now);
    case 'ended':
      return toEnded(state, event.reason, now);
    case 'active':
    case 'peer-joined':
    case 'peer-left': {
      // A client was served, so the instance runs, even where that was said in an event that comes again later.
      const { seq } = event;
      const sharing = event.type === 'active' ? state.sharing : onVisit(state.sharing, event);
      if (state.status === 'active') return stay({ ...state, seq, sharing });
      return stay({ ...state, status: 'active', seq, sharing, reindexAtMs: now + reindexMs }, { type: 'index' });
    }
    default:
      return event satisfies never;
  }
}

/** A host runs what should not run any more, or not there. */
function onStray(state: RoomState, { type, host, session }: HostEvent): Step<RoomState> {
  if (type !== 'active' && type !== 'peer-joined') return stay(state);
  return stay(state, { type: 'end-on-host', host, session, reason: 'The session is over.', isAwaited: true });
}

/** The host's run is gone, and with it what ran there. */
export function onHostLost(state: RoomState, run: Pick<HostEvent, 'host' | 'incarnation'>, now: number): Step<RoomState> {
  if (isRunning(state) && isFrom(state.place, run)) return toError(state, wire('host_lost'), now);
  if (state.status === 'terminating' && state.place !== null && isFrom(state.place, run)) return toGone(state, now);
  return stay(state);
}
