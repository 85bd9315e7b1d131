import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarmOf, placingMs, resumeTtlMs, ticketTtlMs } from '#edge/room/decide/deadlines.ts';
import type { Effect, RoomEvent } from '#edge/room/decide/events.ts';
import { RoomState } from '#edge/room/decide/state.ts';
import { step } from '#edge/room/decide/step.ts';
import { AppError } from '#shared/errors.ts';
import { ClientSignal } from '#shared/signal.ts';
import { anyEvent, create, news, owner, place, session, wish } from '#tests/edge/room/arbitrary.ts';

/** Runs events, each a second after the one before. */
function run(events: readonly RoomEvent[], from: RoomState = { status: 'empty' }, startMs = 0) {
  const states: RoomState[] = [];
  const effects: Effect[] = [];
  let state = from;
  for (const [i, event] of events.entries()) {
    const next = step(state, event, startMs + i * 1000);
    state = next.state;
    states.push(state);
    effects.push(...next.effects);
  }
  return { state, states, effects, of: (type: Effect['type']) => effects.filter((effect) => effect.type === type) };
}

const started: RoomEvent[] = [create(), { type: 'placed', session, place }];
const active = [...started, news(1, { type: 'active' })];

test('[RM14] no order of events makes the room throw, and every state is one that can be stored and read again', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      for (const state of run(events).states) {
        expect(RoomState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }
    }),
    { numRuns: 300 },
  );
});

test('[RM14] a state that was stored before sessions asked for versions is read as one that asked for none', () => {
  const { state } = run(started);
  const { appVersion: _, ...before } = wish;
  expect(RoomState.parse({ ...state, wish: before })).toEqual(state);
});

test('[RM15] a session that is over never runs again', () => {
  const over = new Set(['error', 'terminating', 'terminated', 'gone']);
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const { states } = run([create(), ...events.filter(({ type }) => type !== 'create')]);
      const first = states.findIndex(({ status }) => over.has(status));
      if (first === -1) return;
      for (const { status } of states.slice(first)) expect(['placing', 'created', 'active']).not.toContain(status);
    }),
    { numRuns: 300 },
  );
});

test('[RM16] an event that comes twice, or late, changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
      const told = [...active, ...events];
      const { state } = run(told);
      const known = told.filter(({ type }) => type === 'host-event');
      if (state.status !== 'created' && state.status !== 'active') return;
      const again = run(known, state);
      expect(again.state).toBe(state);
      expect(again.effects).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('[RM17] what waits always has an alarm: placing, ending, and an index that may be wrong', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      for (const state of run(events).states) {
        const waits = state.status === 'placing' || state.status === 'terminating' || state.status === 'gone';
        if (waits) expect(alarmOf(state)).not.toBeNull();
        if (state.status === 'empty') expect(alarmOf(state)).toBeNull();
      }
    }),
    { numRuns: 200 },
  );
});

test('[RM18] whatever happened, deadlines alone bring a deleted session to nothing', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
      let { state } = run([create(), ...events]);
      let now = 1e6;
      const take = (event: RoomEvent): void => {
        state = step(state, event, now).state;
      };
      take({ type: 'end', account: wish.account, reason: 'deleted', force: false });
      for (let i = 0; i < 20 && state.status !== 'empty'; i += 1) {
        now = Math.max(now, alarmOf(state) ?? now);
        take({ type: 'deadline' });
        take({ type: 'indexed', status: state.status, revision: 0 });
      }
      expect(state.status).toBe('empty');
    }),
    { numRuns: 300 },
  );
});

test('[RM19] what a host says before the link has answered counts when the link answers', () => {
  const error = new AppError('application_failed').toWire();
  const [first, second] = started as [RoomEvent, RoomEvent];
  expect(run([first, news(1, { type: 'active' }), second]).state.status).toBe('active');
  expect(run([first, news(1, { type: 'failed', error }), second]).state).toMatchObject({ status: 'error', error });
  expect(run([first, news(1, { type: 'active' }, { incarnation: '9'.repeat(12) }), second]).state.status).toBe('created');
});

test('[RM32] a room that was restarted while it was placing goes on when it is asked again, with what hosts said since', () => {
  const [first, second] = started as [RoomEvent, RoomEvent];
  const again = create();
  const { state, of } = run([first, news(1, { type: 'active' }), again, second]);
  expect(of('place')).toHaveLength(2);
  expect(state).toMatchObject({ status: 'active', tickets: [{ use: 'fresh' }, { use: 'fresh' }] });
  const other = step(run([first]).state, create({ account: 'other' }), 0);
  expect(other.effects).toMatchObject([{ type: 'refuse', error: { code: 'conflict' } }]);
});

test('[RM20] a session that was ended while it was placed is ended on the host that took it', () => {
  const end: RoomEvent = { type: 'end', account: wish.account, reason: 'deleted', force: false };
  const [first, second] = started as [RoomEvent, RoomEvent];
  const { state, of } = run([first, end, second]);
  expect(state).toMatchObject({ status: 'terminating', place });
  expect(of('end-on-host')).toEqual([{ type: 'end-on-host', host: place.host, session, reason: 'deleted', isAwaited: true }]);
  expect(of('refuse')).toMatchObject([{ error: { code: 'session_ended' } }]);
});

test('[RM21] a host that accepts after the room gave up is told to end it', () => {
  const gaveUp = step(run([create()]).state, { type: 'deadline' }, placingMs).state;
  expect(gaveUp.status).toBe('gone');
  const { of } = run([{ type: 'placed', session, place }], gaveUp);
  expect(of('end-on-host')).toHaveLength(1);
  expect(of('refuse')).toMatchObject([{ error: { code: 'timeout' } }]);
});

test('[RM22] a host that does not answer is asked again to end a session, then the session is gone all the same', () => {
  let { state } = run([...active, { type: 'end', account: wish.account, reason: 'deleted', force: false }]);
  state = step(state, { type: 'end-replied', outcome: { ok: false, error: new AppError('timeout').toWire() } }, 4000).state;
  let asked = 1;
  while (state.status === 'terminating') {
    const next = step(state, { type: 'deadline' }, alarmOf(state) ?? 0);
    asked += next.effects.filter(({ type }) => type === 'end-on-host').length;
    state = next.state.status === 'terminating' ? { ...next.state, reindexAtMs: null } : next.state;
  }
  expect([state.status, asked]).toEqual(['gone', 4]);
});

test('[RM23] news of a client says that the instance runs, though the news of that is late', () => {
  expect(run([...started, news(2, { type: 'peer-joined', peer: owner.peer, role: 'owner' })]).state.status).toBe('active');
});

test("[RM24] a host that is not the session's is told to end what it runs of it; a former run of the host is not heard", () => {
  const { state } = run(active);
  const other = run([news(2, { type: 'active' }, { host: 'other' })], state);
  expect(other.effects).toEqual([
    { type: 'end-on-host', host: 'other', session, reason: 'The session is over.', isAwaited: true },
  ]);
  const former = run([news(2, { type: 'ended', reason: 'idle' }, { incarnation: '9'.repeat(12) })], state);
  expect([former.state, former.effects]).toEqual([state, []]);
});

test('[TK6] a token is good until its time is over and not at that time', () => {
  const { state } = run(started);
  const open = (now: number) => step(state, { type: 'open', tokenHash: 'hash', peer: owner.peer }, now).effects;
  expect(open(ticketTtlMs - 1)).toEqual([{ type: 'admit', client: owner, as: owner.peer }]);
  expect(open(ticketTtlMs)).toMatchObject([{ type: 'refuse', error: { code: 'token_expired' } }]);
});

test('[SG7] a client that waits in line may come back from then on, before it is placed and after', () => {
  const settings = ClientSignal.parse({ type: 'settings', api_version: 2, resumable: true });
  const resume = { token: 'token', ticket: { hash: 'again', expiresAtMs: resumeTtlMs } };
  const back = (peer: string): RoomEvent => ({ type: 'open', tokenHash: 'again', peer });
  const { state, of } = run([
    ...[create({ waitMaxMin: 10 }), { type: 'in-line', place: 2 } as const],
    { type: 'open', tokenHash: 'hash', peer: owner.peer },
    ...[{ type: 'signal', from: owner, signal: settings, resume } as const, { type: 'owner-away' } as const],
    back('2'.repeat(12)),
  ]);
  expect(state).toMatchObject({ status: 'waiting', leaveAtMs: null });
  const told = [
    { type: 'line', place: 2 },
    { type: 'resume', token: 'token', reconnect_sec: 10 },
    { type: 'line', place: 2 },
  ] as const;
  expect(of('send')).toEqual(told.map((signal) => ({ type: 'send', peer: owner.peer, signal })));
  const placed = run([{ type: 'placed', session, place }, back('3'.repeat(12))], state, ticketTtlMs);
  expect([...of('admit'), ...placed.of('admit')]).toEqual(
    [owner.peer, '2'.repeat(12), '3'.repeat(12)].map((as) => ({ type: 'admit', client: owner, as })),
  );
});
