/** An idempotency key is known for so long. */
export const keyTtlMs = 24 * 3600 * 1000;

/** A client's key (draft-ietf-httpapi-idempotency-key-header), and what tells its request from another: a hash of the body. */
export interface IdempotencyKey {
  text: string;
  fingerprint: string;
}

/**
 * How far the session of a key has come. `admitted`: it may be created, or is looking for a host. `placed`: a host took it.
 * `ended`: it is over.
 */
export type KeyStage = 'admitted' | 'placed' | 'ended';

/** Which session was created with which key. */
export interface KeyTable {
  /** The request that came with this key before, if one did and is not forgotten. */
  find(key: string, nowMs: number): { fingerprint: string; session: string; stage: KeyStage } | undefined;
  add(key: IdempotencyKey, session: string, nowMs: number): void;
  /** A host has the session. */
  place(session: string): void;
  /** The session is over. One that no host ever took leaves nothing: the same key then tries again. */
  end(session: string): void;
}

type Row = { fingerprint: string; session: string; stage: KeyStage };

/** The keys in the account's own SQLite database. */
export function openKeys(sql: SqlStorage): KeyTable {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS idempotency_keys (
       key TEXT PRIMARY KEY,
       fingerprint TEXT NOT NULL,
       session TEXT NOT NULL,
       stage TEXT NOT NULL,
       at_ms INTEGER NOT NULL
     ) WITHOUT ROWID`,
  );
  sql.exec('CREATE INDEX IF NOT EXISTS idempotency_keys_session ON idempotency_keys (session)');
  sql.exec('CREATE INDEX IF NOT EXISTS idempotency_keys_at ON idempotency_keys (at_ms)');
  return {
    find(key, nowMs) {
      sql.exec('DELETE FROM idempotency_keys WHERE at_ms <= ?', nowMs - keyTtlMs);
      return sql.exec<Row>('SELECT fingerprint, session, stage FROM idempotency_keys WHERE key = ?', key).toArray()[0];
    },
    add({ text, fingerprint }, session, nowMs) {
      sql.exec("INSERT INTO idempotency_keys VALUES (?, ?, ?, 'admitted', ?)", text, fingerprint, session, nowMs);
    },
    place(session) {
      sql.exec("UPDATE idempotency_keys SET stage = 'placed' WHERE session = ? AND stage = 'admitted'", session);
    },
    end(session) {
      sql.exec("DELETE FROM idempotency_keys WHERE session = ? AND stage = 'admitted'", session);
      sql.exec("UPDATE idempotency_keys SET stage = 'ended' WHERE session = ? AND stage = 'placed'", session);
    },
  };
}
