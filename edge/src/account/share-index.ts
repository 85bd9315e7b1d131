import { decodeJson } from '#shared/decode.ts';
import { Share } from '#shared/shares.ts';

/** The shares of an account's sessions. The rooms write it; lists are read from it. */
export interface ShareIndex {
  /** Writes all shares of a session: what it had before and is not there any more goes. */
  put(session: string, shares: readonly Share[]): void;
  /** The session runs no more: nobody comes to it. */
  remove(session: string): void;
  /** Those that are live, in the order of creation. */
  list(nowMs: number): Share[];
}

/** The index in the account's own SQLite database. */
export function openShareIndex(sql: SqlStorage): ShareIndex {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS shares (
       id TEXT PRIMARY KEY,
       session TEXT NOT NULL,
       created_at INTEGER NOT NULL,
       body TEXT NOT NULL
     ) WITHOUT ROWID`,
  );
  sql.exec('CREATE INDEX IF NOT EXISTS shares_session ON shares (session)');
  const remove = (session: string): void => {
    sql.exec('DELETE FROM shares WHERE session = ?', session);
  };
  return {
    put(session, shares) {
      remove(session);
      for (const share of shares) {
        sql.exec('INSERT INTO shares VALUES (?, ?, ?, ?)', share.id, session, share.created_at, JSON.stringify(share));
      }
    },
    remove,
    list(nowMs) {
      const rows = sql.exec<{ body: string }>('SELECT body FROM shares ORDER BY created_at, id');
      const all = Array.from(rows, ({ body }) => decodeJson(Share, body, 'stored share', 'internal'));
      return all.filter((share) => share.expiry_at * 1000 > nowMs);
    },
  };
}
