import { onConnect, onDismiss, onOffer, onRestarted } from './connecting.ts';
import { onDeadline, onEnd, onEndReplied } from './ending.ts';
import type { RoomEvent, Step } from './events.ts';
import { onHostEvent, onHostLost } from './host-events.ts';
import { onJoin, onJoined, onOpen, onReopen } from './joining.ts';
import { onCreate, onPlaced, onPlaceFailed } from './placing.ts';
import { onChangeShare, onDisconnected, onRevokeShare, onShare } from './sharing.ts';
import { onSignal, onSignalReplied } from './signalling.ts';
import type { RoomState } from './state.ts';
import { isRunning, stay } from './transitions.ts';
import { onInLine, onOwnerAway, onTurn } from './waiting.ts';

/**
 * Decides all that a room does: what it becomes when something happens, and what is to be done then. Never throws.
 *
 * @param now milliseconds since 1970.
 */
export function step(state: RoomState, event: RoomEvent, now: number): Step<RoomState> {
  switch (event.type) {
    case 'create':
      return onCreate(state, event, now);
    case 'reopen':
      return onReopen(state, event);
    case 'placed':
      return onPlaced(state, event, now);
    case 'place-failed':
      return onPlaceFailed(state, event, now);
    case 'turn':
      return onTurn(state);
    case 'in-line':
      return onInLine(state, event);
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
      return onSignal(state, event, now);
    case 'owner-away':
      return onOwnerAway(state, now);
    case 'signal-replied':
      return onSignalReplied(state, event);
    case 'share':
      return onShare(state, event, now);
    case 'change-share':
      return onChangeShare(state, event, now);
    case 'revoke-share':
      return onRevokeShare(state, event, now);
    case 'connect':
      return onConnect(state, event, now);
    case 'offer':
      return onOffer(state, event, now);
    case 'restarted':
      return onRestarted(state, event);
    case 'dismiss':
      return onDismiss(state, event);
    case 'disconnected':
      return onDisconnected(state, event);
    case 'indexed':
      return onIndexed(state, event);
    case 'deadline':
      return onDeadline(state, now);
    default:
      return event satisfies never;
  }
}

/** What was written may be old news by the time that it is there. */
function onIndexed(state: RoomState, { status, revision }: Extract<RoomEvent, { type: 'indexed' }>): Step<RoomState> {
  if (state.status === 'empty' || state.status !== status) return stay(state);
  if (state.status === 'gone') return stay({ status: 'empty' }, { type: 'delete' });
  if (!isRunning(state)) return stay({ ...state, reindexAtMs: null });
  const { sharing } = state;
  const reindexAtMs = revision === sharing.revision ? null : state.reindexAtMs;
  return stay({ ...state, reindexAtMs, sharing: { ...sharing, indexed: Math.max(sharing.indexed, revision) } });
}
