import { AppError } from '#shared/errors.ts';
import { connectTimeoutMs, type SessionEffect, type SessionEvent, type SessionState } from './state.ts';

type Running = Extract<SessionState, { phase: 'running' }>;
type Step = { state: SessionState; effects: SessionEffect[] };

/**
 * Decides what a session does about an event: pure. An event that does not fit the state (it comes late, it is of a peer
 * that is not there any more) changes nothing.
 */
export function step(state: SessionState, event: SessionEvent): Step {
  if (state.phase === 'over') return { state, effects: [] };
  switch (event.type) {
    case 'end':
      return over([{ type: 'report', report: { type: 'ended', reason: event.reason } }]);
    case 'failed':
      return over([{ type: 'report', report: { type: 'failed', error: event.error } }]);
    default:
      return state.phase === 'launching' ? stepLaunching(state, event) : stepRunning(state, event);
  }
}

type LaterEvent = Exclude<SessionEvent, { type: 'end' | 'failed' }>;

function stepLaunching(state: Extract<SessionState, { phase: 'launching' }>, event: LaterEvent): Step {
  if (event.type === 'application-ended') return applicationGone();
  if (event.type !== 'launched') return { state, effects: [] };
  return {
    state: { phase: 'running', deadlines: state.deadlines, peer: null, hadPeer: false },
    effects: [{ type: 'report', report: { type: 'active' } }, ...deadline('first-peer', state.deadlines.firstPeerMs)],
  };
}

function stepRunning(state: Running, event: LaterEvent): Step {
  switch (event.type) {
    case 'offered':
      // The place is the newcomer's as soon as it is served: two offers at once would be two peers.
      return {
        state: { ...state, peer: { id: event.peer, connection: 'offered' } },
        effects: [
          ...(state.peer === null || state.peer.id === event.peer ? [] : replace(state.peer)),
          { type: 'clear-deadline', name: 'first-peer' },
          { type: 'clear-deadline', name: 'idle' },
          { type: 'clear-deadline', name: 'grace' },
          { type: 'set-deadline', name: 'connect', ms: connectTimeoutMs },
        ],
      };
    case 'connected':
      return connected(state, event.peer);
    case 'disconnected':
      if (state.peer?.id !== event.peer || state.peer.connection !== 'connected') return { state, effects: [] };
      return {
        state: { ...state, peer: { id: event.peer, connection: 'disconnected' } },
        effects: [{ type: 'set-deadline', name: 'grace', ms: state.deadlines.peerGraceMs }],
      };
    case 'left':
      return state.peer?.id === event.peer ? vacate(state, event.reason) : { state, effects: [] };
    case 'join':
      return state.peer === null ? { state, effects: [] } : vacate(state, 'replaced by another client');
    case 'application-ended':
      // The user closed it. Before anyone saw it, it is a failure that somebody should hear of.
      return state.hadPeer
        ? over([{ type: 'report', report: { type: 'ended', reason: 'The application has ended.' } }])
        : applicationGone();
    case 'deadline':
      return passed(state, event.name);
    case 'launched':
      return { state, effects: [] };
    default:
      return event satisfies never;
  }
}

function connected(state: Running, peer: string): Step {
  if (state.peer?.id !== peer || state.peer.connection === 'connected') return { state, effects: [] };
  const joined: SessionEffect[] =
    state.peer.connection === 'offered' ? [{ type: 'report', report: { type: 'peer-joined', peer } }] : [];
  return {
    state: { ...state, hadPeer: true, peer: { id: peer, connection: 'connected' } },
    effects: [{ type: 'clear-deadline', name: 'connect' }, { type: 'clear-deadline', name: 'grace' }, ...joined],
  };
}

function passed(state: Running, name: Extract<SessionEvent, { type: 'deadline' }>['name']): Step {
  switch (name) {
    case 'first-peer':
    case 'idle':
      // A timer that fired while it was being cleared finds the place taken.
      if (state.peer !== null) return { state, effects: [] };
      return over([{ type: 'report', report: { type: 'ended', reason: 'No client was connected for the time allowed.' } }]);
    case 'connect':
      return state.peer?.connection === 'offered' ? vacate(state, 'did not connect in time') : { state, effects: [] };
    case 'grace':
      return state.peer?.connection === 'disconnected' ? vacate(state, 'connection lost') : { state, effects: [] };
    default:
      return name satisfies never;
  }
}

/** The peer's place is empty: it waits for the next client as long as the session's flags say. */
function vacate(state: Running, reason: string): Step {
  if (state.peer === null) return { state, effects: [] };
  const gone: SessionEffect[] = [
    { type: 'clear-deadline', name: 'connect' },
    { type: 'clear-deadline', name: 'grace' },
    { type: 'close-peer', peer: state.peer.id },
    { type: 'report', report: { type: 'peer-left', peer: state.peer.id, reason } },
  ];
  const { idleMs, firstPeerMs } = state.deadlines;
  if (state.hadPeer && idleMs === 0) {
    return over([...gone, { type: 'report', report: { type: 'ended', reason: 'The client has left.' } }]);
  }
  return {
    state: { ...state, peer: null },
    effects: [...gone, ...(state.hadPeer ? deadline('idle', idleMs) : deadline('first-peer', firstPeerMs))],
  };
}

const replace = (peer: { id: string }): SessionEffect[] => [
  { type: 'close-peer', peer: peer.id },
  { type: 'report', report: { type: 'peer-left', peer: peer.id, reason: 'replaced by another client' } },
];

const deadline = (name: 'first-peer' | 'idle', ms: number | null): SessionEffect[] =>
  ms === null ? [] : [{ type: 'set-deadline', name, ms }];

const over = (effects: SessionEffect[]): Step => ({ state: { phase: 'over' }, effects: [...effects, { type: 'tear-down' }] });

const applicationGone = (): Step =>
  over([
    {
      type: 'report',
      report: {
        type: 'failed',
        error: new AppError('application_exited', { message: 'The application ended before any client saw it.' }).toWire(),
      },
    },
  ]);
