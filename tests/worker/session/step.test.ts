import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { Deadlines } from '#shared/host.ts';
import type { SessionEffect, SessionEvent, SessionState } from '#worker/session/state.ts';
import { step } from '#worker/session/step.ts';

const deadlines = { firstPeerMs: 300_000, idleMs: 60_000, peerGraceMs: 10_000 };

/** Runs events through the session; gives the last state and the effects of the last event. */
function run(events: SessionEvent[], own: Deadlines = deadlines): { state: SessionState; effects: SessionEffect[] } {
  let result: { state: SessionState; effects: SessionEffect[] } = { state: { phase: 'launching', deadlines: own }, effects: [] };
  for (const event of events) result = step(result.state, event);
  return result;
}

const connectedPeer: SessionEvent[] = [{ type: 'launched' }, { type: 'offered', peer: 'p1' }, { type: 'connected', peer: 'p1' }];

test('[SE1] a session that runs says so and waits for its first client', () => {
  expect(run([{ type: 'launched' }]).effects).toEqual([
    { type: 'report', report: { type: 'active' } },
    { type: 'set-deadline', name: 'first-peer', ms: 300_000 },
  ]);
  expect(run([{ type: 'launched' }, { type: 'deadline', name: 'first-peer' }]).state.phase).toBe('over');
});

test('[SE1] a deadline of null is none', () => {
  const { effects } = run([{ type: 'launched' }], { ...deadlines, firstPeerMs: null });
  expect(effects).toEqual([{ type: 'report', report: { type: 'active' } }]);
});

test('[SE2] a failure ends the session and is told once', () => {
  const error = new AppError('display_failed').toWire();
  const failed = run([...connectedPeer, { type: 'failed', error }]);
  expect(failed.effects).toEqual([{ type: 'report', report: { type: 'failed', error } }, { type: 'tear-down' }]);
  expect(step(failed.state, { type: 'failed', error }).effects).toEqual([]);
});

test('[SE3] a client that leaves ends a session without an idle time', () => {
  const { state, effects } = run([...connectedPeer, { type: 'left', peer: 'p1', reason: 'left' }], { ...deadlines, idleMs: 0 });
  expect(state.phase).toBe('over');
  expect(effects.map(({ type }) => type)).toEqual([
    'clear-deadline',
    'clear-deadline',
    'close-peer',
    'report',
    'report',
    'tear-down',
  ]);
});

test('[SE3] with an idle time the session waits for the next client', () => {
  const { state, effects } = run([...connectedPeer, { type: 'left', peer: 'p1', reason: 'left' }]);
  expect(state).toMatchObject({ phase: 'running', peer: null });
  expect(effects).toContainEqual({ type: 'set-deadline', name: 'idle', ms: 60_000 });
});

test('[SE4] a connection that breaks may come back within the grace', () => {
  const broken = run([...connectedPeer, { type: 'disconnected', peer: 'p1' }]);
  expect(broken.effects).toEqual([{ type: 'set-deadline', name: 'grace', ms: 10_000 }]);
  const back = step(broken.state, { type: 'connected', peer: 'p1' });
  expect(back.effects).toEqual([
    { type: 'clear-deadline', name: 'connect' },
    { type: 'clear-deadline', name: 'grace' },
  ]);
  expect(step(broken.state, { type: 'deadline', name: 'grace' }).effects).toContainEqual({ type: 'close-peer', peer: 'p1' });
});

test('[SE5] the next client takes the place of the one that is there', () => {
  const { state, effects } = run([...connectedPeer, { type: 'offered', peer: 'p2' }]);
  expect(state).toMatchObject({ peer: { id: 'p2', connection: 'offered' } });
  expect(effects[0]).toEqual({ type: 'close-peer', peer: 'p1' });
  expect(run([...connectedPeer, { type: 'join' }]).effects).toContainEqual({ type: 'close-peer', peer: 'p1' });
});

test('[SE5] what a replaced client still says changes nothing', () => {
  const { state } = run([...connectedPeer, { type: 'offered', peer: 'p2' }]);
  expect(step(state, { type: 'left', peer: 'p1', reason: 'left' })).toEqual({ state, effects: [] });
});

test('[SE6] an application that ends before anyone saw it has failed', () => {
  const { effects } = run([{ type: 'launched' }, { type: 'application-ended' }]);
  expect(effects[0]).toMatchObject({ type: 'report', report: { type: 'failed', error: { code: 'application_exited' } } });
  expect(run([...connectedPeer, { type: 'application-ended' }]).effects[0]).toMatchObject({ report: { type: 'ended' } });
});

test('[SE7] a client that takes its offer and never connects gives its place back', () => {
  const { state, effects } = run([{ type: 'launched' }, { type: 'offered', peer: 'p1' }, { type: 'deadline', name: 'connect' }]);
  expect(state).toMatchObject({ phase: 'running', peer: null });
  expect(effects).toContainEqual({ type: 'set-deadline', name: 'first-peer', ms: 300_000 });
});

const peer = fc.constantFrom('p1', 'p2', 'p3');
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.constantFrom<SessionEvent>(
    { type: 'launched' },
    { type: 'application-ended' },
    { type: 'join' },
    { type: 'end', reason: 'asked to' },
    { type: 'failed', error: new AppError('media_failed').toWire() },
  ),
  fc.record({ type: fc.constantFrom('offered' as const, 'connected' as const, 'disconnected' as const), peer }),
  fc.record({ type: fc.constant('left' as const), peer, reason: fc.constant('left') }),
  fc.record({
    type: fc.constant('deadline' as const),
    name: fc.constantFrom('first-peer' as const, 'connect' as const, 'grace' as const, 'idle' as const),
  }),
);

test('[SE8] in any order of events a session ends once, with one report of it, and every client that joined leaves or goes with it', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      let state: SessionState = { phase: 'launching', deadlines };
      const reports: string[] = [];
      let torn = 0;
      for (const event of events) {
        const next = step(state, event);
        if (state.phase === 'over') expect(next.effects).toEqual([]);
        for (const effect of next.effects) {
          if (effect.type === 'report') reports.push(effect.report.type);
          if (effect.type === 'tear-down') torn += 1;
        }
        state = next.state;
      }
      const over = state.phase === 'over' ? 1 : 0;
      expect(torn).toBe(over);
      expect(reports.filter((type) => type === 'failed' || type === 'ended')).toHaveLength(over);
      expect(reports.filter((type) => type === 'active').length).toBeLessThanOrEqual(1);
    }),
  );
});
