import { expect, test } from 'vitest';
import type { SessionEffect, SessionEvent, SessionState } from '#worker/session/state.ts';
import { step } from '#worker/session/step.ts';

const deadlines = { firstPeerMs: 300_000, idleMs: 60_000, peerGraceMs: 10_000 };
const endsWithClient = { ...deadlines, idleMs: 0 };

/** Runs events through the session; gives the last state and the effects of the last event. */
function run(events: SessionEvent[], own = deadlines): { state: SessionState; effects: SessionEffect[] } {
  let result: { state: SessionState; effects: SessionEffect[] } = { state: { phase: 'launching', deadlines: own }, effects: [] };
  for (const event of [{ type: 'launched' } as const, ...events]) result = step(result.state, event);
  return result;
}

const idle: SessionEvent = { type: 'deadline', deadline: { name: 'idle' } };
const firstPeer: SessionEvent = { type: 'deadline', deadline: { name: 'first-peer' } };
const left = (peer: string): SessionEvent => ({ type: 'left', peer, reason: 'left' });
const owner: SessionEvent[] = [
  { type: 'offered', peer: 'p1', role: 'owner' },
  { type: 'connected', peer: 'p1' },
];
const offered: SessionEvent = { type: 'offered', peer: 'k1', role: 'control', keeps: true };
const keeper: SessionEvent[] = [offered, { type: 'connected', peer: 'k1' }];

test('[SE17] a guest that came with the account’s own token keeps a session that has no owner, until it leaves', () => {
  expect(run([offered]).effects).toContainEqual({ type: 'clear-deadline', deadline: { name: 'first-peer' } });
  const alone = run([...keeper, firstPeer]);
  expect(alone.state).toMatchObject({ phase: 'running', owner: null, guests: [{ id: 'k1' }] });
  expect(step(alone.state, left('k1')).effects).toContainEqual({ type: 'set-deadline', deadline: { name: 'idle' }, ms: 60_000 });
  expect(run([...keeper, left('k1')], endsWithClient).state.phase).toBe('over');
});

test('[SE17] it keeps the session after an owner, and an owner keeps it after it', () => {
  const after = run([...owner, ...keeper, left('p1')], endsWithClient);
  expect(after.state).toMatchObject({ phase: 'running', owner: null });
  expect(step(after.state, idle).state.phase).toBe('running');
  expect(step(after.state, left('k1')).state.phase).toBe('over');
  const beside = run([...owner, ...keeper, left('k1')], endsWithClient);
  expect(beside.state).toMatchObject({ phase: 'running', owner: { id: 'p1' } });
});

test('[SE17] one that never connected was nobody: the session waits for its first client again', () => {
  const never = run([offered, { type: 'deadline', deadline: { name: 'connect', peer: 'k1' } }], endsWithClient);
  expect(never.effects).toContainEqual({ type: 'set-deadline', deadline: { name: 'first-peer' }, ms: 300_000 });
});
