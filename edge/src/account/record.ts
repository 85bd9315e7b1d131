import { sameHash } from '#edge/digest.ts';
import type { AccountPatch, AccountStatus, Quota } from '#shared/account.ts';
import { AppError } from '#shared/errors.ts';

/** An account as it is kept. */
export interface AccountRecord {
  readonly name: string;
  /** SHA-256 of the one token that is good now. */
  readonly tokenHash: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly disabled: boolean;
  readonly deleting: boolean;
  /** Null = the gateway's own. */
  readonly quota: { readonly [K in keyof Quota]: number | null };
}

type Row = {
  name: string;
  token_hash: string;
  created_at_ms: number;
  expires_at_ms: number;
  disabled: number | null;
  deleting: number | null;
  quota_sessions: number | null;
  quota_creations: number | null;
};

/** Where the one record of an account is kept. */
export interface RecordStore {
  /** Undefined where there is no account. */
  read(): AccountRecord | undefined;
  create(account: Pick<AccountRecord, 'name' | 'tokenHash' | 'createdAtMs' | 'expiresAtMs'>): void;
  /** From now on only the token of this hash is good. */
  setToken(tokenHash: string, expiresAtMs: number): void;
  patch(change: AccountPatch): void;
  markDeleting(): void;
}

/** The record in the account's own SQLite database. */
export function openRecord(sql: SqlStorage): RecordStore {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS account (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       name TEXT NOT NULL,
       token_hash TEXT NOT NULL,
       created_at_ms INTEGER NOT NULL,
       expires_at_ms INTEGER NOT NULL
     )`,
  );
  // A table of its own: accounts that were made before it had any have no row here, and the defaults.
  sql.exec(
    `CREATE TABLE IF NOT EXISTS standing (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       disabled INTEGER NOT NULL DEFAULT 0,
       deleting INTEGER NOT NULL DEFAULT 0,
       quota_sessions INTEGER,
       quota_creations INTEGER
     )`,
  );
  // Every request asks for it: it is read again only after a change.
  let known: AccountRecord | undefined;
  const standing = (column: keyof Row, value: number | null | undefined): void => {
    if (value === undefined) return;
    known = undefined;
    sql.exec(
      `INSERT INTO standing (id, ${column}) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`,
      value,
    );
  };
  return {
    read() {
      if (known !== undefined) return known;
      const row = sql.exec<Row>('SELECT * FROM account LEFT JOIN standing USING (id)').toArray()[0];
      known = row && recordOf(row);
      return known;
    },
    create({ name, tokenHash, createdAtMs, expiresAtMs }) {
      known = undefined;
      sql.exec('INSERT INTO account VALUES (1, ?, ?, ?, ?)', name, tokenHash, createdAtMs, expiresAtMs);
    },
    setToken(tokenHash, expiresAtMs) {
      known = undefined;
      sql.exec('UPDATE account SET token_hash = ?, expires_at_ms = ?', tokenHash, expiresAtMs);
    },
    patch({ disabled, quota }) {
      standing('disabled', disabled === undefined ? undefined : Number(disabled));
      standing('quota_sessions', quota?.sessions);
      standing('quota_creations', quota?.creations_per_minute);
    },
    markDeleting() {
      standing('deleting', 1);
    },
  };
}

const recordOf = (row: Row): AccountRecord => ({
  name: row.name,
  tokenHash: row.token_hash,
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
  disabled: row.disabled === 1,
  deleting: row.deleting === 1,
  quota: { sessions: row.quota_sessions, creations_per_minute: row.quota_creations },
});

/** How the account stands at that time: milliseconds since 1970. */
export function statusOf({ deleting, disabled, expiresAtMs }: AccountRecord, nowMs: number): AccountStatus {
  if (deleting) return 'deleting';
  if (disabled) return 'disabled';
  return nowMs >= expiresAtMs ? 'expired' : 'active';
}

/** What the account may do: its own quota, else the gateway's. */
export const quotaOf = ({ quota }: AccountRecord, defaults: Quota): Quota => ({
  sessions: quota.sessions ?? defaults.sessions,
  creations_per_minute: quota.creations_per_minute ?? defaults.creations_per_minute,
});

/**
 * The record, to whoever has its token.
 *
 * @param hash the SHA-256 of the token that came.
 * @param nowMs milliseconds since 1970.
 * @throws AppError where the token is none of this account's, or is not good now.
 */
export function expectGood(record: AccountRecord | undefined, hash: string, nowMs: number): AccountRecord {
  if (record === undefined || record.deleting || !sameHash(hash, record.tokenHash)) throw new AppError('unauthorized');
  if (record.disabled) throw new AppError('forbidden', { message: `The account ${record.name} is disabled.` });
  if (nowMs >= record.expiresAtMs) {
    throw new AppError('unauthorized', { message: 'The token of this account has expired.' });
  }
  return record;
}

/** @throws AppError `conflict` where there is an account. */
export function expectNone(record: AccountRecord | undefined, name: string): void {
  if (record === undefined) return;
  if (record.deleting) throw new AppError('conflict', { message: `The account ${name} is still being deleted.` });
  throw new AppError('conflict', { message: `There is an account of the name ${name} already.` });
}

/** @throws AppError `not_found`. */
export function expectThere(record: AccountRecord | undefined): AccountRecord {
  if (record === undefined) throw new AppError('not_found', { message: 'There is no such account.' });
  return record;
}

/** @throws AppError `not_found`; `conflict` where it goes. */
export function expectKept(record: AccountRecord | undefined): AccountRecord {
  const there = expectThere(record);
  if (there.deleting) throw new AppError('conflict', { message: `The account ${there.name} is being deleted.` });
  return there;
}
