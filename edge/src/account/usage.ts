import type { Quota } from '#shared/account.ts';
import { decodeJson } from '#shared/decode.ts';
import type { SessionStatus } from '#shared/gateway.ts';
import { Creations, decide, quotaError } from './quota.ts';

/** A creation that was let in and not heard of for so long is asked after: no room takes longer to begin. */
export const pendingMs = 60_000;

/** Which sessions take a place in an account's quota: those that a host runs, or is about to. */
const takesPlace: Readonly<Record<SessionStatus, boolean>> = {
  created: true,
  active: true,
  terminating: true,
  error: false,
  terminated: false,
};

/** What an account uses of its quota. */
export interface UsageTable {
  /**
   * Lets one more session in, and keeps a place for it, which is pending until the session is heard of. One that has its place is let
   * in again and not counted twice.
   *
   * @returns whether it was new.
   * @throws AppError `rate_limited` that says which quota is used up.
   */
  admit(session: string, quota: Quota, nowMs: number): boolean;
  /** The session is heard of. @returns whether its place was pending. */
  settle(session: string): boolean;
  isPending(session: string): boolean;
  /** Those that are pending for too long. */
  overdue(nowMs: number): string[];
  /** Takes down how a session stands now. */
  put(session: string, status: SessionStatus): void;
  remove(session: string): void;
  /** How many places are taken, the pending ones included. */
  live(): number;
}

/** The usage in the account's own SQLite database. */
export function openUsage(sql: SqlStorage): UsageTable {
  // A place without an end is not pending any more.
  sql.exec('CREATE TABLE IF NOT EXISTS places (session TEXT PRIMARY KEY, until_ms INTEGER) WITHOUT ROWID');
  sql.exec('CREATE INDEX IF NOT EXISTS places_until ON places (until_ms) WHERE until_ms IS NOT NULL');
  sql.exec('CREATE TABLE IF NOT EXISTS creations (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)');

  const rowsOf = (query: string, ...values: (string | number)[]) => sql.exec(query, ...values).toArray();
  const isThere = (condition: string, session: string): boolean =>
    rowsOf(`SELECT 1 FROM places WHERE session = ? ${condition}`, session).length > 0;
  const readCreations = (): Creations => {
    const row = sql.exec<{ body: string }>('SELECT body FROM creations').toArray()[0];
    return row === undefined ? [] : decodeJson(Creations, row.body, 'stored creations', 'internal');
  };
  // Read once, and kept up from there: an account with thousands of sessions must not look at each of them for the next.
  let taken = sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM places').one().n;
  let creations = readCreations();
  const remove = (session: string): void => {
    taken -= rowsOf('DELETE FROM places WHERE session = ? RETURNING session', session).length;
  };

  return {
    admit(session, quota, nowMs) {
      if (isThere('', session)) return false;
      const decision = decide(quota, { live: taken, creations }, nowMs);
      if (!decision.ok) throw quotaError(decision, quota);
      sql.exec('INSERT INTO places VALUES (?, ?)', session, nowMs + pendingMs);
      sql.exec('INSERT OR REPLACE INTO creations VALUES (1, ?)', JSON.stringify(decision.creations));
      taken += 1;
      creations = decision.creations;
      return true;
    },
    settle: (session) =>
      rowsOf('UPDATE places SET until_ms = NULL WHERE session = ? AND until_ms IS NOT NULL RETURNING session', session).length >
      0,
    isPending: (session) => isThere('AND until_ms IS NOT NULL', session),
    overdue(nowMs) {
      const rows = sql.exec<{ session: string }>('SELECT session FROM places WHERE until_ms <= ?', nowMs);
      return Array.from(rows, ({ session }) => session);
    },
    put(session, status) {
      if (!takesPlace[status]) return remove(session);
      if (!isThere('', session)) taken += 1;
      sql.exec('INSERT INTO places VALUES (?, NULL) ON CONFLICT (session) DO UPDATE SET until_ms = NULL', session);
    },
    remove,
    live: () => taken,
  };
}
