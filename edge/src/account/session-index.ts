import { hasTable } from '#edge/tables.ts';
import { decode, decodeJson } from '#shared/decode.ts';
import { Session, SessionStatus } from '#shared/gateway.ts';

/** How many sessions have a status. */
export interface SessionCount {
  status: SessionStatus;
  count: number;
}

/** What is to be created. */
export type Asked = Pick<Session, 'id' | 'app' | 'app_version' | 'region' | 'joinable'>;

/** Which sessions take a place in an account's quota: those that a host runs, or is about to. */
const takesPlace: Readonly<Record<SessionStatus, boolean>> = {
  created: true,
  active: true,
  terminating: true,
  error: false,
  terminated: false,
};

/**
 * How each session of an account stands, in the order of creation. Their rooms write it; lists are read from it. One that was let in
 * is pending until it is heard of.
 */
export interface SessionIndex {
  /** Adds a session that is pending until then: milliseconds since 1970. @returns whether it was new; else nothing changes. */
  admit(asked: Asked, untilMs: number): boolean;
  has(id: string): boolean;
  isPending(id: string): boolean;
  /** Those that are pending for too long. */
  overdue(nowMs: number): string[];
  /** Writes where a session runs that was pending till now. @returns whether it was: else nothing changes. */
  place(id: string, at: Pick<Session, 'app_version' | 'region' | 'cluster_id' | 'container_id'>): boolean;
  /** Adds a session, or writes how it stands now. */
  put(session: Session): void;
  /** Does nothing where there is none of that id. */
  remove(id: string): void;
  list(): Session[];
  count(): SessionCount[];
  /** How many places of the quota are taken, by the pending ones too. */
  taken(): number;
}

/** A session that was let in, before anything is heard of it. */
const admitted = (asked: Asked): Session => ({
  ...asked,
  ...{ cluster_id: '', container_id: '', status: 'created', status_message: '' },
});

const statusOf = (text: string): SessionStatus => decode(SessionStatus, text, 'stored status', 'internal');

/** The index in the account's own SQLite database. A creation writes one row, and that row once more when a host has it. */
export function openSessionIndex(sql: SqlStorage): SessionIndex {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS sessions (
       position INTEGER PRIMARY KEY,
       id TEXT NOT NULL UNIQUE,
       body TEXT NOT NULL,
       pending_until_ms INTEGER
     )`,
  );
  adoptPlaces(sql);
  sql.exec('CREATE INDEX IF NOT EXISTS sessions_pending ON sessions (pending_until_ms) WHERE pending_until_ms IS NOT NULL');

  const isThere = (condition: string, id: string): boolean =>
    sql.exec(`SELECT 1 FROM sessions WHERE id = ? ${condition}`, id).toArray().length > 0;
  const placeOf = (rows: { status: string }[]): number => (rows[0] !== undefined && takesPlace[statusOf(rows[0].status)] ? 1 : 0);
  const count = (): SessionCount[] => {
    const rows = sql.exec<{ status: string; n: number }>(
      "SELECT json_extract(body, '$.status') AS status, COUNT(*) AS n FROM sessions GROUP BY 1",
    );
    return Array.from(rows, ({ status, n }) => ({ status: statusOf(status), count: n }));
  };
  const firstPending = (): number =>
    sql.exec<{ ms: number | null }>('SELECT MIN(pending_until_ms) AS ms FROM sessions WHERE pending_until_ms IS NOT NULL').one()
      .ms ?? Number.POSITIVE_INFINITY;
  // Read once, and kept up from there: an account with thousands of sessions must not look at each of them for the next.
  let taken = count().reduce((sum, { status, count: n }) => (takesPlace[status] ? sum + n : sum), 0);
  // Nothing is overdue before; it may be that nothing is then either.
  let overdueFromMs = firstPending();

  return {
    admit(asked, untilMs) {
      const added = sql.exec(
        'INSERT INTO sessions (id, body, pending_until_ms) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id',
        ...[asked.id, JSON.stringify(admitted(asked)), untilMs],
      );
      if (added.toArray().length === 0) return false;
      taken += 1;
      overdueFromMs = Math.min(overdueFromMs, untilMs);
      return true;
    },
    has: (id) => isThere('', id),
    isPending: (id) => isThere('AND pending_until_ms IS NOT NULL', id),
    overdue(nowMs) {
      if (nowMs < overdueFromMs) return [];
      overdueFromMs = firstPending();
      const rows = sql.exec<{ id: string }>('SELECT id FROM sessions WHERE pending_until_ms <= ?', nowMs);
      return Array.from(rows, ({ id }) => id);
    },
    place(id, { app_version: version, region, cluster_id: host, container_id: instance }) {
      const placed = sql.exec(
        `UPDATE sessions SET pending_until_ms = NULL,
           body = json_set(body, '$.app_version', ?, '$.region', ?, '$.cluster_id', ?, '$.container_id', ?)
         WHERE id = ? AND pending_until_ms IS NOT NULL RETURNING id`,
        ...[version, region, host, instance, id],
      );
      return placed.toArray().length > 0;
    },
    put(session) {
      const before = sql.exec<{ status: string }>(
        "SELECT json_extract(body, '$.status') AS status FROM sessions WHERE id = ?",
        session.id,
      );
      taken += Number(takesPlace[session.status]) - placeOf(before.toArray());
      sql.exec(
        `INSERT INTO sessions (id, body) VALUES (?, ?)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body, pending_until_ms = NULL`,
        ...[session.id, JSON.stringify(session)],
      );
    },
    remove(id) {
      const gone = sql.exec<{ status: string }>(
        "DELETE FROM sessions WHERE id = ? RETURNING json_extract(body, '$.status') AS status",
        id,
      );
      taken -= placeOf(gone.toArray());
    },
    list() {
      const rows = sql.exec<{ body: string }>('SELECT body FROM sessions ORDER BY position');
      return Array.from(rows, ({ body }) => decodeJson(Session, body, 'stored session', 'internal'));
    },
    count,
    taken: () => taken,
  };
}

/** Which sessions are pending had a table of its own before. */
function adoptPlaces(sql: SqlStorage): void {
  if (!hasTable(sql, 'places')) return;
  sql.exec('ALTER TABLE sessions ADD COLUMN pending_until_ms INTEGER');
  sql.exec('UPDATE sessions SET pending_until_ms = (SELECT until_ms FROM places WHERE session = id)');
  sql.exec('DROP TABLE places');
}
