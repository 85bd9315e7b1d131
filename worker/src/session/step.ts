import { AppError } from '#shared/errors.ts';
import { decide, present, settle } from './control-state.ts';
import { connected, isKept, type Moved, offered, vacate } from './places.ts';
import type { Deadline, RunningState, SessionEffect, SessionEvent, SessionState } from './state.ts';

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
  const { deadlines } = state;
  return {
    state: { phase: 'running', deadlines, owner: null, guests: [], controller: null, wasKept: false, seen: false },
    effects: [{ type: 'report', report: { type: 'active' } }, ...waiting('first-peer', deadlines.firstPeerMs)],
  };
}

function stepRunning(state: RunningState, event: LaterEvent): Step {
  switch (event.type) {
    case 'offered':
      return announced(state, offered(state, event.peer, event.role, event.keeps));
    case 'connected':
      return announced(state, connected(state, event.peer));
    case 'disconnected':
      return broken(state, event.peer);
    case 'left':
      return gone(state, event.peer, event.reason);
    case 'join':
      return state.owner === null ? { state, effects: [] } : gone(state, state.owner.id, 'replaced by another client');
    case 'application-ended':
      // The user closed it. Before anyone saw it, it is a failure that somebody should hear of.
      return state.seen
        ? over([{ type: 'report', report: { type: 'ended', reason: 'The application has ended.' } }])
        : applicationGone();
    case 'deadline':
      return passed(state, event.deadline);
    case 'control-requested':
    case 'control-given':
    case 'control-taken': {
      const { controller, ask } = decide(state.controller, present(state), event);
      const asking = event.type === 'control-requested' && ask.length > 0 ? event.peer : null;
      return announced(state, {
        state: { ...state, controller },
        effects: asking === null ? [] : [{ type: 'tell-request', peer: asking, to: ask }],
      });
    }
    case 'launched':
      return { state, effects: [] };
    default:
      return event satisfies never;
  }
}

/** Settles who is in control after a move, and has it told where that, or who is there, has changed. */
function announced(before: RunningState, { state: moved, effects }: Moved): Step {
  const were = present(before);
  const are = present(moved);
  const state = { ...moved, controller: settle(moved.controller, were, are) };
  const changed = state.controller !== before.controller;
  const told = changed || JSON.stringify(were) !== JSON.stringify(are);
  return {
    state,
    effects: [
      ...effects,
      ...(changed ? [{ type: 'release-input' } as const] : []),
      ...(told ? [{ type: 'tell-control' } as const] : []),
    ],
  };
}

function broken(state: RunningState, peer: string): Step {
  const lose = <T extends { id: string; connection: string }>(one: T) =>
    one.id === peer && one.connection === 'connected' ? { ...one, connection: 'disconnected' as const } : one;
  const { owner, guests, deadlines } = state;
  const was = [owner, ...guests].find((one) => one?.id === peer);
  if (was?.connection !== 'connected') return { state, effects: [] };
  return {
    state: { ...state, owner: owner && lose(owner), guests: guests.map(lose) },
    effects: [{ type: 'set-deadline', deadline: { name: 'grace', peer }, ms: deadlines.peerGraceMs }],
  };
}

function passed(state: RunningState, deadline: Deadline): Step {
  switch (deadline.name) {
    case 'first-peer':
    case 'idle':
      // A timer that fired while it was being cleared finds the place taken.
      if (isKept(state)) return { state, effects: [] };
      return over([{ type: 'report', report: { type: 'ended', reason: 'No client was connected for the time allowed.' } }]);
    case 'connect':
      return isIn(state, deadline.peer, 'offered')
        ? gone(state, deadline.peer, 'did not connect in time')
        : { state, effects: [] };
    case 'grace':
      return isIn(state, deadline.peer, 'disconnected') ? gone(state, deadline.peer, 'connection lost') : { state, effects: [] };
    default:
      return deadline satisfies never;
  }
}

const isIn = ({ owner, guests }: RunningState, peer: string, connection: 'offered' | 'disconnected'): boolean =>
  [owner, ...guests].some((one) => one?.id === peer && one.connection === connection);

/** A client has left its place. After the last on whom its life depends, the session waits for the next one as its flags say. */
function gone(state: RunningState, peer: string, reason: string): Step {
  const moved = vacate(state, peer, reason);
  if (moved === null) return { state, effects: [] };
  if (isKept(moved.state) || !isKept(state)) return announced(state, moved);
  const { idleMs, firstPeerMs } = state.deadlines;
  if (state.wasKept && idleMs === 0) {
    return over([...moved.effects, { type: 'report', report: { type: 'ended', reason: 'The client has left.' } }]);
  }
  const wait = state.wasKept ? waiting('idle', idleMs) : waiting('first-peer', firstPeerMs);
  return announced(state, { ...moved, effects: [...moved.effects, ...wait] });
}

const waiting = (name: 'first-peer' | 'idle', ms: number | null): SessionEffect[] =>
  ms === null ? [] : [{ type: 'set-deadline', deadline: { name }, ms }];

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
