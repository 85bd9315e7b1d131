import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarmOf, reindexMs } from '#edge/room/decide/deadlines.ts';
import type { Effect, RoomEvent } from '#edge/room/decide/events.ts';
import { doomed, guestWaitMs, maxGuests } from '#edge/room/decide/guests.ts';
import type { RoomState } from '#edge/room/decide/state.ts';
import { step } from '#edge/room/decide/step.ts';
import { isRunning } from '#edge/room/decide/transitions.ts';
import { anyEvent, create, guest, news, owner, place, session, share, shareIds } from '#tests/edge/room/arbitrary.ts';

const [first = '', second = ''] = shareIds;
const whep = { hash: 'w', tag: 't', ufrag: 'u' };

function run(events: readonly RoomEvent[], from: RoomState = { status: 'empty' }, now = 0) {
  const effects: Effect[] = [];
  let state = from;
  for (const event of events) {
    const next = step(state, event, now);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects, of: (type: Effect['type']) => effects.filter((effect) => effect.type === type) };
}

const active = run([create(), { type: 'placed', session, place }, news(1, { type: 'active' })]).state;
const sharingOf = (state: RoomState) => {
  if (!isRunning(state)) throw new Error(state.status);
  return state.sharing;
};
const offer = (peer: string): RoomEvent => ({ type: 'offer', peer, by: { tokenHash: `hash of ${first}` }, whep });
const peerNo = (n: number): string => n.toString(32).padStart(12, '0');

test('[SH14] whoever came by a share that is no more waits to be disconnected, and an alarm with it', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      let state = active;
      for (const event of events) {
        state = step(state, event, 1000).state;
        if (!isRunning(state)) return;
        const { disconnectAtMs } = state.sharing;
        expect(disconnectAtMs === null).toBe(doomed(state.sharing).length === 0);
        if (disconnectAtMs !== null) expect(alarmOf(state)).toBeLessThanOrEqual(disconnectAtMs);
        for (const { share: id } of state.tickets) {
          if (id !== null) expect(state.sharing.shares.map((live) => live.id)).toContain(id);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('[SH15] a session takes no more than its guests; those who never came make room', () => {
  const guests = Array.from({ length: maxGuests }, (_, n) => offer(peerNo(n)));
  const full = run([share(first, { expiresAtMs: 1e9 }), ...guests], active);
  expect(full.of('refuse')).toEqual([]);
  expect(step(full.state, offer(peerNo(maxGuests)), 0).effects).toMatchObject([{ error: { code: 'rate_limited' } }]);
  const came = step(full.state, news(2, { type: 'peer-joined', peer: peerNo(7), role: 'view' }), 0).state;
  const later = run([offer(peerNo(maxGuests))], came, guestWaitMs);
  expect(later.of('refuse')).toEqual([]);
  expect(sharingOf(later.state).guests.map(({ peer }) => peer)).toEqual([peerNo(7), peerNo(maxGuests)]);
});

test('[SH16] so many tickets of one share are not used that no more are given; they take none from others', () => {
  const ticket = (n: number) => ({ hash: `guest ${n}`, expiresAtMs: 60_000 });
  const connect = (id: string, n: number): RoomEvent => ({
    type: 'connect',
    tokenHash: `hash of ${id}`,
    role: 'view',
    ticket: ticket(n),
  });
  const shared = run([share(first), share(second), connect(second, 1000)], active).state;
  const full = run(
    Array.from({ length: 64 }, (_, n) => connect(first, n)),
    shared,
  );
  expect(full.of('refuse')).toEqual([]);
  expect(step(full.state, connect(first, 64), 0).effects).toMatchObject([{ error: { code: 'rate_limited' } }]);
  for (const tokenHash of ['hash', 'guest 0', 'guest 1000']) {
    const opened = step(full.state, { type: 'open', tokenHash, peer: owner.peer }, 0);
    expect(opened.effects).toMatchObject([{ type: 'admit' }]);
  }
  const used = step(full.state, { type: 'open', tokenHash: 'guest 0', peer: guest.peer }, 0).state;
  const next = run([connect(first, 64)], used);
  expect(next.of('refuse')).toEqual([]);
  expect(step(next.state, { type: 'open', tokenHash: 'guest 0', peer: guest.peer }, 0).effects).toMatchObject([
    { error: { code: 'token_used' } },
  ]);
});

test('[SH17] a guest whose share was revoked while the host answered is disconnected once more, and told nothing', () => {
  const outcome = { ok: true, data: { sdp: 'v=0' } } as const;
  const revoked = run([share(first), { type: 'revoke-share', account: 'account', id: first }], active).state;
  const replied = step(revoked, { type: 'signal-replied', from: guest, to: 'offer', outcome }, 0);
  expect(replied.effects).toMatchObject([{ type: 'disconnect', peers: [guest.peer] }]);
  const said = step(revoked, { type: 'signal', from: guest, signal: { type: 'discover' } }, 0);
  expect(said.effects).toMatchObject([{ type: 'close', peer: guest.peer, error: { code: 'unauthorized' } }]);
});

test('[SH18] the index follows the shares: what changed while it was written is written again', () => {
  const shared = run([{ type: 'indexed', status: 'active', revision: 0 }, share(first)], active);
  expect(shared.of('index')).toHaveLength(1);
  const late = step(shared.state, { type: 'indexed', status: 'active', revision: 0 }, 0).state;
  expect(alarmOf(late)).toBe(reindexMs);
  const written = step(late, { type: 'indexed', status: 'active', revision: 1 }, 0).state;
  expect(sharingOf(written)).toMatchObject({ revision: 1, indexed: 1 });
  expect(alarmOf(written)).toBe(60_000);
});
