import { runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCreations } from '#edge/account/creations.ts';
import { letIn, pendingMs } from '#edge/account/letting-in.ts';
import { openSessionIndex } from '#edge/account/session-index.ts';
import { type Session, SessionStatus } from '#shared/gateway.ts';
import { newSessionId } from '#shared/ids.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { asked } from './support.ts';

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
  /** Those that take no place, and are in the index still. */
  const over = new Set<string>();
  return {
    live: () => places.size,
    overdue: (now: number) => [...places].flatMap(([id, until]) => (until !== null && until <= now ? [id] : [])).toSorted(),
    /** Whether it is let in. */
    admit: (id: string, now: number): boolean => {
      if (places.has(id) || over.has(id)) return true;
      if (places.size >= limits.sessions) return false;
      places.set(id, now + pendingMs);
      return true;
    },
    put: (id: string, status: SessionStatus): void => {
      const isOver = status === 'error' || status === 'terminated';
      if (isOver) places.delete(id);
      else places.set(id, null);
      over[isOver ? 'add' : 'delete'](id);
    },
    settle: (id: string): boolean => {
      const wasPending = typeof places.get(id) === 'number';
      if (wasPending) places.set(id, null);
      return wasPending;
    },
    remove: (id: string): void => {
      places.delete(id);
      over.delete(id);
    },
  };
}

/** A session of that status, as its room tells of it. */
const told = (id: string, status: SessionStatus): Session => ({
  ...asked(id),
  ...{ cluster_id: 'host-1', container_id: 'i', status, status_message: '' },
});

const at = { app_version: 1, region: 'eu', cluster_id: 'host-1', container_id: 'i' };

/** Runs `work` on the database of an account of its own. */
const withSql = (work: (sql: SqlStorage) => void): Promise<void> =>
  runInDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(unique('account'))), (_account, { storage }) => work(storage.sql));

test('[QT14] whatever happens in whatever order, as many places are taken as there are sessions that run or are about to', async () => {
  await withSql((sql) => {
    fc.assert(
      fc.property(acts, (all: Act[]) => {
        sql.exec('DELETE FROM sessions');
        sql.exec('DELETE FROM creations');
        const [index, creations, expected] = [openSessionIndex(sql), openCreations(sql), model()];
        const admit = (id: string, now: number): void => letIn(index, creations, asked(id), limits, now);
        let now = 1_800_000_000_000;
        for (const each of all) {
          if (each.act === 'wait') now += pendingMs / 2;
          else if (each.act === 'put') {
            index.put(told(each.session, each.status));
            expected.put(each.session, each.status);
          } else if (each.act === 'settle') {
            const wasPending = expected.settle(each.session);
            expect([index.isPending(each.session), index.place(each.session, at)]).toEqual([wasPending, wasPending]);
          } else if (each.act === 'remove') {
            index.remove(each.session);
            expected.remove(each.session);
          } else if (expected.admit(each.session, now)) admit(each.session, now);
          else expect(() => admit(each.session, now)).toThrow('sessions at once');
          expect(index.overdue(now).toSorted()).toEqual(expected.overdue(now));
          for (const { taken } of [index, openSessionIndex(sql)]) expect(taken()).toBe(expected.live());
        }
      }),
    );
  });
});

test('[QT15] an account whose pending places had a table of their own keeps its sessions, their order and what is pending', async () => {
  await withSql((sql) => {
    sql.exec('DROP TABLE sessions');
    sql.exec('CREATE TABLE sessions (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL)');
    sql.exec('CREATE TABLE places (session TEXT PRIMARY KEY, until_ms INTEGER) WITHOUT ROWID');
    const [runs, failed, waits] = [newSessionId(), newSessionId(), newSessionId()];
    const old = [told(runs, 'active'), told(failed, 'error'), told(waits, 'created')];
    for (const session of old) sql.exec('INSERT INTO sessions (id, body) VALUES (?, ?)', session.id, JSON.stringify(session));
    sql.exec('INSERT INTO places VALUES (?, NULL), (?, 5000)', runs, waits);
    for (const index of [openSessionIndex(sql), openSessionIndex(sql)]) {
      expect(index.list()).toEqual(old);
      expect(index.taken()).toBe(2);
      expect([runs, failed, waits].map((id) => index.isPending(id))).toEqual([false, false, true]);
      expect([index.overdue(4999), index.overdue(5000)]).toEqual([[], [waits]]);
    }
  });
});
