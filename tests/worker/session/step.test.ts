import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { Deadlines } from '#shared/host.ts';
import { present } from '#worker/session/control-state.ts';
import type { SessionEffect, SessionEvent, SessionState } from '#worker/session/state.ts';
import { step } from '#worker/session/step.ts';

const deadlines = { firstPeerMs: 300_000, idleMs: 60_000, peerGraceMs: 10_000 };

/** Runs events through the session; gives the last state and the effects of the last event. */
function run(events: SessionEvent[], own: Deadlines = deadlines): { state: SessionState; effects: SessionEffect[] } {
  let result: { state: SessionState; effects: SessionEffect[] } = { state: { phase: 'launching', deadlines: own }, effects: [] };
  for (const event of events) result = step(result.state, event);
  return result;
}

const offered = (peer: string, role: 'owner' | 'control' | 'view' = 'owner'): SessionEvent => ({ type: 'offered', peer, role });
const connected = (peer: string): SessionEvent => ({ type: 'connected', peer });
const connectedPeer: SessionEvent[] = [{ type: 'launched' }, offered('p1'), connected('p1')];
const guest = (peer: string, role: 'control' | 'view' = 'control'): SessionEvent[] => [offered(peer, role), connected(peer)];

test('[SE1] a session that runs says so and waits for its first client', () => {
  expect(run([{ type: 'launched' }]).effects).toEqual([
    { type: 'report', report: { type: 'active' } },
    { type: 'set-deadline', deadline: { name: 'first-peer' }, ms: 300_000 },
  ]);
  expect(run([{ type: 'launched' }, { type: 'deadline', deadline: { name: 'first-peer' } }]).state.phase).toBe('over');
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
  expect(state).toMatchObject({ phase: 'running', owner: null });
  expect(effects).toContainEqual({ type: 'set-deadline', deadline: { name: 'idle' }, ms: 60_000 });
});

test('[SE4] a connection that breaks may come back within the grace', () => {
  const broken = run([...connectedPeer, { type: 'disconnected', peer: 'p1' }]);
  expect(broken.effects).toEqual([{ type: 'set-deadline', deadline: { name: 'grace', peer: 'p1' }, ms: 10_000 }]);
  const back = step(broken.state, { type: 'connected', peer: 'p1' });
  expect(back.effects).toEqual([
    { type: 'clear-deadline', deadline: { name: 'connect', peer: 'p1' } },
    { type: 'clear-deadline', deadline: { name: 'grace', peer: 'p1' } },
  ]);
  expect(step(broken.state, { type: 'deadline', deadline: { name: 'grace', peer: 'p1' } }).effects).toContainEqual({
    type: 'close-peer',
    peer: 'p1',
  });
});

test('[SE5] the next client takes the place of the one that is there', () => {
  const { state, effects } = run([...connectedPeer, offered('p2')]);
  expect(state).toMatchObject({ owner: { id: 'p2', connection: 'offered' } });
  expect(effects).toContainEqual({ type: 'close-peer', peer: 'p1' });
  expect(run([...connectedPeer, { type: 'join' }]).effects).toContainEqual({ type: 'close-peer', peer: 'p1' });
});

test('[SE5] what a replaced client still says changes nothing', () => {
  const { state } = run([...connectedPeer, offered('p2')]);
  expect(step(state, { type: 'left', peer: 'p1', reason: 'left' })).toEqual({ state, effects: [] });
});

test('[SE6] an application that ends before anyone saw it has failed', () => {
  const { effects } = run([{ type: 'launched' }, { type: 'application-ended' }]);
  expect(effects[0]).toMatchObject({ type: 'report', report: { type: 'failed', error: { code: 'application_exited' } } });
  expect(run([...connectedPeer, { type: 'application-ended' }]).effects[0]).toMatchObject({ report: { type: 'ended' } });
});

test('[SE7] a client that takes its offer and never connects gives its place back', () => {
  const { state, effects } = run([
    { type: 'launched' },
    offered('p1'),
    { type: 'deadline', deadline: { name: 'connect', peer: 'p1' } },
  ]);
  expect(state).toMatchObject({ phase: 'running', owner: null });
  expect(effects).toContainEqual({ type: 'set-deadline', deadline: { name: 'first-peer' }, ms: 300_000 });
});

test('[SE11] guests are beside the owner and beside each other, and an owner that comes replaces the owner only', () => {
  const there = [...connectedPeer, ...guest('g1'), ...guest('g2', 'view')];
  expect(run(there).effects).toContainEqual({ type: 'report', report: { type: 'peer-joined', peer: 'g2', role: 'view' } });
  const { state, effects } = run([...there, offered('p2')]);
  expect(effects.filter(({ type }) => type === 'close-peer')).toEqual([{ type: 'close-peer', peer: 'p1' }]);
  expect(state).toMatchObject({ owner: { id: 'p2' }, guests: [{ id: 'g1' }, { id: 'g2' }] });
  const joined = run([...there, { type: 'join' }]);
  expect(joined.effects.filter(({ type }) => type === 'close-peer')).toEqual([{ type: 'close-peer', peer: 'p1' }]);
  expect(joined.state).toMatchObject({ owner: null, guests: [{ id: 'g1' }, { id: 'g2' }] });
});

test('[SE12] the life of a session depends on its owner, whatever guests do', () => {
  const idle: SessionEvent = { type: 'deadline', deadline: { name: 'idle' } };
  const alone = run([...connectedPeer, ...guest('g1'), { type: 'left', peer: 'p1', reason: 'left' }]);
  expect(alone.effects).toContainEqual({ type: 'set-deadline', deadline: { name: 'idle' }, ms: 60_000 });
  expect(step(alone.state, idle).state.phase).toBe('over');
  const guestLeft = run([...connectedPeer, ...guest('g1'), { type: 'left', peer: 'g1', reason: 'left' }], {
    ...deadlines,
    idleMs: 0,
  });
  expect(guestLeft.state).toMatchObject({ phase: 'running', owner: { id: 'p1' }, guests: [] });
  const first = run([{ type: 'launched' }, ...guest('g1'), { type: 'deadline', deadline: { name: 'first-peer' } }]);
  expect(first.state.phase).toBe('over');
});

test('[SE13] a guest that breaks or never connects is closed after a time of its own', () => {
  const broken = run([...connectedPeer, ...guest('g1'), ...guest('g2'), { type: 'disconnected', peer: 'g1' }]);
  expect(broken.effects).toEqual([{ type: 'set-deadline', deadline: { name: 'grace', peer: 'g1' }, ms: 10_000 }]);
  const other: SessionEvent = { type: 'deadline', deadline: { name: 'grace', peer: 'g2' } };
  expect(step(broken.state, other)).toEqual({ state: broken.state, effects: [] });
  const passed = step(broken.state, { type: 'deadline', deadline: { name: 'grace', peer: 'g1' } });
  expect(passed.effects).toContainEqual({ type: 'close-peer', peer: 'g1' });
  expect(passed.state).toMatchObject({ owner: { id: 'p1' }, guests: [{ id: 'g2' }] });
  const late = run([...connectedPeer, offered('g1', 'view'), { type: 'deadline', deadline: { name: 'connect', peer: 'g1' } }]);
  expect(late.effects).toContainEqual({
    type: 'report',
    report: { type: 'peer-left', peer: 'g1', reason: 'did not connect in time' },
  });
});

const peer = fc.constantFrom('p1', 'p2', 'p3', 'p4');
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.constantFrom<SessionEvent>(
    { type: 'launched' },
    { type: 'join' },
    { type: 'deadline', deadline: { name: 'first-peer' } },
    { type: 'deadline', deadline: { name: 'idle' } },
  ),
  fc.record({
    type: fc.constant('offered' as const),
    peer,
    role: fc.constantFrom('owner' as const, 'control' as const, 'view' as const),
    keeps: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom('connected' as const, 'disconnected' as const, 'control-requested' as const), peer }),
  fc.record({ type: fc.constant('left' as const), peer, reason: fc.constant('left') }),
  fc.record({ type: fc.constant('control-given' as const), by: peer, to: peer }),
  fc.record({ type: fc.constant('control-taken' as const), by: peer }),
  fc.record({
    type: fc.constant('deadline' as const),
    deadline: fc.record({ name: fc.constantFrom('connect' as const, 'grace' as const), peer }),
  }),
);
const ending = fc.constantFrom<SessionEvent>(
  { type: 'application-ended' },
  { type: 'end', reason: 'asked to' },
  { type: 'failed', error: new AppError('media_failed').toWire() },
);
const events = fc
  .tuple(fc.array(anyEvent, { maxLength: 60 }), fc.option(ending), fc.array(anyEvent, { maxLength: 5 }))
  .map(([before, end, after]): SessionEvent[] => [{ type: 'launched' }, ...before, ...(end === null ? [] : [end]), ...after]);

test('[SE8] in any order of events a session ends once, with one report of it, and every client that joined leaves or goes with it', () => {
  fc.assert(
    fc.property(events, (all) => {
      let state: SessionState = { phase: 'launching', deadlines };
      const reports: string[] = [];
      let torn = 0;
      for (const event of all) {
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

test('[SE14] in any order of events nobody has two places, and who has none is closed', () => {
  fc.assert(
    fc.property(events, (all) => {
      let state: SessionState = { phase: 'launching', deadlines };
      const open = new Set<string>();
      for (const event of all) {
        const running = state.phase === 'running';
        const next = step(state, event);
        if (running && event.type === 'offered') open.add(event.peer);
        for (const effect of next.effects) if (effect.type === 'close-peer') open.delete(effect.peer);
        state = next.state;
        if (state.phase !== 'running') continue;
        const places = [state.owner, ...state.guests].flatMap((one) => (one === null ? [] : [one.id]));
        expect(new Set(places).size).toBe(places.length);
        expect(new Set(places)).toEqual(open);
      }
    }),
  );
});

test('[CO1] in any order of events at most one is in control, is there and may control; each change is told, and lets go of what is held', () => {
  fc.assert(
    fc.property(events, (all) => {
      let state: SessionState = { phase: 'launching', deadlines };
      for (const event of all) {
        const next = step(state, event);
        const types = next.effects.map(({ type }) => type);
        if (state.phase === 'running' && next.state.phase === 'running') {
          const { controller } = next.state;
          const there = present(next.state);
          expect(there.filter(({ role }) => role === 'owner').length).toBeLessThanOrEqual(1);
          expect([...there.filter(({ role }) => role !== 'view').map(({ id }) => id), null]).toContain(controller);
          // An owner that is there leaves nobody without.
          if (there.some(({ role }) => role === 'owner')) expect(controller).not.toBeNull();
          const changed = controller !== state.controller;
          expect(types.includes('release-input')).toBe(changed);
          expect(types.includes('tell-control')).toBe(changed || JSON.stringify(there) !== JSON.stringify(present(state)));
        }
        state = next.state;
      }
    }),
  );
});
