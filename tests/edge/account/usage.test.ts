import { runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openUsage, pendingMs } from '#edge/account/usage.ts';
import { SessionStatus } from '#shared/gateway.ts';
import { env, unique } from '#tests/edge/link/support.ts';

type Act =
  | { act: 'admit' | 'settle' | 'remove'; session: string }
  | { act: 'put'; session: string; status: SessionStatus }
  | { act: 'wait' };

const session = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constantFrom('admit' as const, 'settle' as const, 'remove' as const), session }),
    fc.record({ act: fc.constant('put' as const), session, status: fc.constantFrom(...SessionStatus.options) }),
    fc.record({ act: fc.constant('wait' as const) }),
  ),
  { maxLength: 40 },
);

const limits = { sessions: 3, creations_per_minute: 1000 };

/** What should be: until when a place is pending, null = it is not. */
function model() {
  const places = new Map<string, number | null>();
  return {
    live: () => places.size,
    overdue: (now: number) => [...places].flatMap(([id, until]) => (until !== null && until <= now ? [id] : [])).toSorted(),
    /** Whether it is let in. */
    admit: (id: string, now: number): boolean => {
      if (places.has(id)) return true;
      if (places.size >= limits.sessions) return false;
      places.set(id, now + pendingMs);
      return true;
    },
    put: (id: string, status: SessionStatus): void => {
      if (status === 'error' || status === 'terminated') places.delete(id);
      else places.set(id, null);
    },
    settle: (id: string): boolean => {
      const wasPending = typeof places.get(id) === 'number';
      if (wasPending) places.set(id, null);
      return wasPending;
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
          } else if (each.act === 'settle') {
            expect(usage.isPending(each.session)).toBe(expected.settle(each.session) && usage.settle(each.session));
          } else if (each.act === 'remove') {
            usage.remove(each.session);
            expected.remove(each.session);
          } else if (expected.admit(each.session, now)) usage.admit(each.session, limits, now);
          else expect(() => usage.admit(each.session, limits, now)).toThrow('sessions at once');
          expect(usage.overdue(now).toSorted()).toEqual(expected.overdue(now));
          expect(usage.live()).toBe(expected.live());
          expect(openUsage(sql).live()).toBe(expected.live());
        }
      }),
    );
  });
});
