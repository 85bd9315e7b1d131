import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import { sameSecret, sha256 } from '#edge/digest.ts';
import type { Env } from '#edge/env.ts';
import { consoleLogger } from '#edge/log.ts';
import { AppError } from '#shared/errors.ts';
import type { Session } from '#shared/gateway.ts';
import { type Outcome, outcome } from '#shared/outcome.ts';
import type { AccountApi } from './api.ts';
import { openSessionIndex, type SessionIndex } from './session-index.ts';
import { newAccountToken } from './token.ts';

const dayMs = 24 * 3600 * 1000;

type Row = { token_hash: string; expires_at_ms: number };

/** A service account: its token's hash, and the index of its sessions. Its object is named by the account's name. */
export class Account extends DurableObject<Env> implements AccountApi {
  readonly #sessions: SessionIndex;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS account (
         id INTEGER PRIMARY KEY CHECK (id = 1),
         name TEXT NOT NULL,
         token_hash TEXT NOT NULL,
         created_at_ms INTEGER NOT NULL,
         expires_at_ms INTEGER NOT NULL
       )`,
    );
    this.#sessions = openSessionIndex(ctx.storage.sql);
  }

  create(name: string, expiryDays: number): Promise<Outcome<{ token: string; expiryAt: number }>> {
    return this.#outcome('create', async () => {
      const { tokenSecret, logLevel } = configOf(this.env);
      const token = await newAccountToken(name, tokenSecret);
      const hash = await sha256(token);
      if (this.#row() !== undefined) {
        throw new AppError('conflict', { message: `There is an account of the name ${name} already.` });
      }
      const now = Date.now();
      const expiresAtMs = now + expiryDays * dayMs;
      this.ctx.storage.sql.exec('INSERT INTO account VALUES (1, ?, ?, ?, ?)', name, hash, now, expiresAtMs);
      consoleLogger(logLevel, { account: name }).info('account.created');
      return { token, expiryAt: Math.floor(expiresAtMs / 1000) };
    });
  }

  check(token: string): Promise<Outcome<Record<string, never>>> {
    return this.#outcome('check', async () => {
      const hash = await sha256(token);
      const row = this.#row();
      if (row === undefined || !(await sameSecret(hash, row.token_hash))) throw new AppError('unauthorized');
      if (Date.now() >= row.expires_at_ms) {
        throw new AppError('unauthorized', { message: 'The token of this account has expired.' });
      }
      return {};
    });
  }

  async put(session: Session): Promise<void> {
    this.#sessions.put(session);
  }

  async remove(id: string): Promise<void> {
    this.#sessions.remove(id);
  }

  async list(): Promise<Session[]> {
    return this.#sessions.list();
  }

  #row(): Row | undefined {
    return this.ctx.storage.sql.exec<Row>('SELECT token_hash, expires_at_ms FROM account').toArray()[0];
  }

  #outcome<T>(call: string, work: () => Promise<T>): Promise<Outcome<T>> {
    return outcome(work, (error) => consoleLogger('error', { call }).error('account.failed', { error }));
  }
}
