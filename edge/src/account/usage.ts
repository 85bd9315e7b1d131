import type { Quota } from '#shared/account.ts';
import { decodeJson } from '#shared/decode.ts';
import type { SessionStatus } from '#shared/gateway.ts';
import { Creations, decide, quotaError } from './quota.ts';

/** A creation that was let in and never heard of again gives its place back after so long: no room takes longer to begin. */
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
   * Lets one more session in, and keeps a place for it. One that has its place is let in again and not counted twice.
   *
   * @throws AppError `rate_limited` that says which quota is used up.
   */
  admit(session: string, quota: Quota, nowMs: number): void;
  /** Takes down how a session stands now. */
  put(session: string, status: SessionStatus): void;
  remove(session: string): void;
  /** How many places are taken, those of creations on their way included. */
  live(nowMs: number): number;
}

/** The usage in the account's own SQLite database. */
export function openUsage(sql: SqlStorage): UsageTable {
  // A place without an end is that of a session in the index.
  sql.exec('CREATE TABLE IF NOT EXISTS places (session TEXT PRIMARY KEY, until_ms INTEGER) WITHOUT ROWID');
  sql.exec('CREATE INDEX IF NOT EXISTS places_until ON places (until_ms) WHERE until_ms IS NOT NULL');
  sql.exec('CREATE TABLE IF NOT EXISTS creations (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)');

  const creations = (): Creations => {
    const row = sql.exec<{ body: string }>('SELECT body FROM creations').toArray()[0];
    return row === undefined ? [] : decodeJson(Creations, row.body, 'stored creations', 'internal');
  };
  const hasPlace = (session: string): boolean => sql.exec('SELECT 1 FROM places WHERE session = ?', session).toArray().length > 0;
  const count = (condition: string, ...values: number[]): number =>
    sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM places WHERE ${condition}`, ...values).one().n;
  // Counted once, and kept up from there: an account with thousands of sessions must not look at each of them for the next.
  let held = count('until_ms IS NULL');
  const live = (nowMs: number): number => held + count('until_ms > ?', nowMs);
  const remove = (session: string): void => {
    const rows = sql.exec<{ until_ms: number | null }>('DELETE FROM places WHERE session = ? RETURNING until_ms', session);
    if (rows.toArray()[0]?.until_ms === null) held -= 1;
  };

  return {
    admit(session, quota, nowMs) {
      if (hasPlace(session)) return;
      const decision = decide(quota, { live: live(nowMs), creations: creations() }, nowMs);
      if (!decision.ok) throw quotaError(decision, quota);
      sql.exec('DELETE FROM places WHERE until_ms <= ?', nowMs);
      sql.exec('INSERT INTO places VALUES (?, ?)', session, nowMs + pendingMs);
      sql.exec('INSERT OR REPLACE INTO creations VALUES (1, ?)', JSON.stringify(decision.creations));
    },
    put(session, status) {
      if (!takesPlace[status]) return remove(session);
      const taken = sql.exec(
        `INSERT INTO places VALUES (?, NULL)
         ON CONFLICT (session) DO UPDATE SET until_ms = NULL WHERE until_ms IS NOT NULL RETURNING session`,
        session,
      );
      held += taken.toArray().length;
    },
    remove,
    live,
  };
}
