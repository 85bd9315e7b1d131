import { runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openUsage, pendingMs } from '#edge/account/usage.ts';
import { SessionStatus } from '#shared/gateway.ts';
import { env, unique } from '#tests/edge/link/support.ts';

type Act =
  | { act: 'admit' | 'remove'; session: string }
  | { act: 'put'; session: string; status: SessionStatus }
  | { act: 'wait' };

const session = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constantFrom('admit' as const, 'remove' as const), session }),
    fc.record({ act: fc.constant('put' as const), session, status: fc.constantFrom(...SessionStatus.options) }),
    fc.record({ act: fc.constant('wait' as const) }),
  ),
  { maxLength: 40 },
);

const limits = { sessions: 3, creations_per_minute: 1000 };

/** What should be: whose place ends when, null = not by itself. */
function model() {
  const places = new Map<string, number | null>();
  const live = (now: number): number => [...places.values()].filter((until) => until === null || until > now).length;
  return {
    live,
    /** Whether it is let in. */
    admit: (id: string, now: number): boolean => {
      if (places.has(id)) return true;
      if (live(now) >= limits.sessions) return false;
      for (const [other, until] of places) if (until !== null && until <= now) places.delete(other);
      places.set(id, now + pendingMs);
      return true;
    },
    put: (id: string, status: SessionStatus): void => {
      if (status === 'error' || status === 'terminated') places.delete(id);
      else places.set(id, null);
    },
    remove: (id: string) => places.delete(id),
  };
}

test('[QT14] whatever happens in whatever order, as many places are taken as there are sessions that run or are about to', async () => {
  await runInDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(unique('account'))), (_account, { storage: { sql } }) => {
    fc.assert(
      fc.property(acts, (all: Act[]) => {
        sql.exec('DELETE FROM places');
        sql.exec('DELETE FROM creations');
        const [usage, expected] = [openUsage(sql), model()];
        let now = 1_800_000_000_000;
        for (const each of all) {
          if (each.act === 'wait') now += pendingMs / 2;
          else if (each.act === 'put') {
            usage.put(each.session, each.status);
            expected.put(each.session, each.status);
          } else if (each.act === 'remove') {
            usage.remove(each.session);
            expected.remove(each.session);
          } else if (expected.admit(each.session, now)) usage.admit(each.session, limits, now);
          else expect(() => usage.admit(each.session, limits, now)).toThrow('sessions at once');
          expect(usage.live(now)).toBe(expected.live(now));
          expect(openUsage(sql).live(now)).toBe(expected.live(now));
        }
      }),
    );
  });
});
