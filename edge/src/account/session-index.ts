import { decode, decodeJson } from '#shared/decode.ts';
import { Session, SessionStatus } from '#shared/gateway.ts';

/** How many sessions have a status. */
export interface SessionCount {
  status: SessionStatus;
  count: number;
}

/** What is to be created. */
export type Asked = Pick<Session, 'id' | 'app' | 'app_version' | 'region' | 'joinable'>;

/** A session that was let in, before anything is heard of it. */
export const admitted = (asked: Asked): Session => ({
  ...asked,
  ...{ cluster_id: '', container_id: '', status: 'created', status_message: '' },
});

/** How each session of an account stands, in the order of creation. Their rooms write it; lists are read from it. */
export interface SessionIndex {
  /** Adds a session, or writes how it stands now. */
  put(session: Session): void;
  /** Writes where a session runs; does nothing where there is none of that id. */
  place(id: string, at: Pick<Session, 'app_version' | 'region' | 'cluster_id' | 'container_id'>): void;
  /** Does nothing where there is none of that id. */
  remove(id: string): void;
  list(): Session[];
  count(): SessionCount[];
}

/** The index in the account's own SQLite database. */
export function openSessionIndex(sql: SqlStorage): SessionIndex {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS sessions (
       position INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       body TEXT NOT NULL
     )`,
  );
  return {
    put(session) {
      const body = JSON.stringify(session);
      sql.exec(
        'INSERT INTO sessions (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
        session.id,
        body,
      );
    },
    place(id, { app_version: version, region, cluster_id: host, container_id: instance }) {
      sql.exec(
        "UPDATE sessions SET body = json_set(body, '$.app_version', ?, '$.region', ?, '$.cluster_id', ?, '$.container_id', ?) WHERE id = ?",
        ...[version, region, host, instance, id],
      );
    },
    remove(id) {
      sql.exec('DELETE FROM sessions WHERE id = ?', id);
    },
    list() {
      const rows = sql.exec<{ body: string }>('SELECT body FROM sessions ORDER BY position');
      return Array.from(rows, ({ body }) => decodeJson(Session, body, 'stored session', 'internal'));
    },
    count() {
      const rows = sql.exec<{ status: string; n: number }>(
        "SELECT json_extract(body, '$.status') AS status, COUNT(*) AS n FROM sessions GROUP BY 1",
      );
      return Array.from(rows, ({ status, n }) => ({
        status: decode(SessionStatus, status, 'stored status', 'internal'),
        count: n,
      }));
    },
  };
}
