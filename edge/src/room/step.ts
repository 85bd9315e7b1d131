import { onDeadline, onEnd, onEndReplied } from './ending.ts';
import type { RoomEvent, Step } from './events.ts';
import { onHostEvent, onHostLost } from './host-events.ts';
import { onJoin, onJoined, onOpen } from './joining.ts';
import { onCreate, onPlaced, onPlaceFailed } from './placing.ts';
import { onSignal, onSignalReplied } from './signalling.ts';
import type { RoomState } from './state.ts';
import { stay } from './transitions.ts';

/**
 * Decides all that a room does: what it becomes when something happens, and what is to be done then. Never throws.
 *
 * @param now milliseconds since 1970.
 */
export function step(state: RoomState, event: RoomEvent, now: number): Step<RoomState> {
  switch (event.type) {
    case 'create':
      return onCreate(state, event, now);
    case 'placed':
      return onPlaced(state, event, now);
    case 'place-failed':
      return onPlaceFailed(state, event, now);
    case 'host-event':
      return onHostEvent(state, event.event, now);
    case 'host-lost':
      return onHostLost(state, event, now);
    case 'join':
      return onJoin(state, event);
    case 'joined':
      return onJoined(state, event);
    case 'end':
      return onEnd(state, event, now);
    case 'end-replied':
      return onEndReplied(state, event, now);
    case 'open':
      return onOpen(state, event, now);
    case 'signal':
      return onSignal(state, event);
    case 'signal-replied':
      return onSignalReplied(state, event);
    case 'indexed':
      return onIndexed(state, event.status);
    case 'deadline':
      return onDeadline(state, now);
    default:
      return event satisfies never;
  }
}

/** What was written may be old news by the time that it is there. */
function onIndexed(state: RoomState, status: string): Step<RoomState> {
  if (state.status === 'empty' || state.status !== status) return stay(state);
  if (state.status === 'gone') return stay({ status: 'empty' }, { type: 'delete' });
  return stay({ ...state, reindexAtMs: null });
}
