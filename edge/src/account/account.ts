import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import { sameSecret, sha256 } from '#edge/digest.ts';
import type { Env } from '#edge/env.ts';
import { consoleLogger } from '#edge/log.ts';
import { registryOf } from '#edge/objects.ts';
import type { AccountPatch, AccountView } from '#shared/account.ts';
import { AppError } from '#shared/errors.ts';
import type { Session } from '#shared/gateway.ts';
import type { ConfigPatch, GatewayConfig } from '#shared/gateway-config.ts';
import type { Logger } from '#shared/log.ts';
import { type Outcome, outcome } from '#shared/outcome.ts';
import type { Share } from '#shared/shares.ts';
import type { AccountApi, Admission, NewToken } from './api.ts';
import { type ConfigStore, openConfig } from './config-store.ts';
import { deletion, endSessions, forgetAll } from './deletion.ts';
import { type IdempotencyKey, type KeyTable, openKeys } from './keys.ts';
import { type AccountRecord, openRecord, quotaOf, type RecordStore, statusOf } from './record.ts';
import { openSessionIndex, type SessionCount, type SessionIndex } from './session-index.ts';
import { openShareIndex, type ShareIndex } from './share-index.ts';
import { newAccountToken } from './token.ts';
import { openUsage, type UsageTable } from './usage.ts';

const dayMs = 24 * 3600 * 1000;

/** A service account: its token's hash, its quota, and the index of its sessions. Its object is named by the account's name. */
export class Account extends DurableObject<Env> implements AccountApi {
  readonly #record: RecordStore;
  readonly #usage: UsageTable;
  readonly #keys: KeyTable;
  readonly #sessions: SessionIndex;
  readonly #shares: ShareIndex;
  readonly #config: ConfigStore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    this.#record = openRecord(sql);
    this.#usage = openUsage(sql);
    this.#keys = openKeys(sql);
    this.#sessions = openSessionIndex(sql);
    this.#shares = openShareIndex(sql);
    this.#config = openConfig(sql);
  }

  create(name: string, expiryDays: number): Promise<Outcome<NewToken>> {
    return this.#outcome('create', async () => {
      const { hash, ...made } = await this.#newToken(name, expiryDays);
      this.#expectNone(name);
      await registryOf(this.env).add(name);
      // Another creation may have come in between.
      this.#expectNone(name);
      const now = Date.now();
      this.#record.create({ name, tokenHash: hash, createdAtMs: now, expiresAtMs: made.expiryAt * 1000 });
      this.#log(name).info('account.created');
      return made;
    });
  }

  check(token: string): Promise<Outcome<Record<string, never>>> {
    return this.#outcome('check', async () => {
      await this.#expectToken(token);
      return {};
    });
  }

  admit(token: string, session: string, key: IdempotencyKey | undefined): Promise<Outcome<Admission>> {
    return this.#outcome('admit', async () => {
      const record = await this.#expectToken(token);
      // Nothing waits from here on: of two requests with one key, one finds what the other has written.
      const now = Date.now();
      const known = key === undefined ? undefined : this.#keys.find(key.text, now);
      if (known !== undefined && known.fingerprint !== key?.fingerprint) throw new AppError('key_reused');
      if (known?.stage === 'ended') {
        throw new AppError('session_ended', { message: 'The session of this idempotency key has ended.' });
      }
      const config = this.#config.read();
      if (known !== undefined) return { session: known.session, config };
      this.#usage.admit(session, quotaOf(record, configOf(this.env).quota), now);
      if (key !== undefined) this.#keys.add(key, session, now);
      return { session, config };
    });
  }

  describe(): Promise<Outcome<AccountView>> {
    return this.#outcome('describe', () => this.#view());
  }

  patch(change: AccountPatch): Promise<Outcome<AccountView>> {
    return this.#outcome('patch', () => {
      const { name } = this.#expectKept();
      this.#record.patch(change);
      this.#log(name).info('account.changed', { change });
      return this.#view();
    });
  }

  rotate(expiryDays: number): Promise<Outcome<NewToken>> {
    return this.#outcome('rotate', async () => {
      const { hash, ...made } = await this.#newToken(this.#expectKept().name, expiryDays);
      // It may have been deleted in between.
      const { name } = this.#expectKept();
      this.#record.setToken(hash, made.expiryAt * 1000);
      this.#log(name).info('account.rotated');
      return made;
    });
  }

  destroy(): Promise<Outcome<AccountView>> {
    return this.#outcome('destroy', async () => {
      const { name, deleting } = this.#expectThere();
      if (!deleting) {
        this.#record.markDeleting();
        this.#log(name).info('account.deleting');
      }
      const view = this.#view();
      await this.ctx.storage.setAlarm(Date.now());
      return view;
    });
  }

  async put(session: Session): Promise<void> {
    this.#sessions.put(session);
    if (session.status !== 'created' && session.status !== 'active') this.#shares.remove(session.id);
    this.#usage.put(session.id, session.status);
    if (session.cluster_id !== '') this.#keys.place(session.id);
  }

  async remove(id: string): Promise<void> {
    this.#sessions.remove(id);
    this.#shares.remove(id);
    this.#usage.remove(id);
    this.#keys.end(id);
  }

  async list(): Promise<Session[]> {
    return this.#sessions.list();
  }

  async countSessions(): Promise<SessionCount[]> {
    return this.#sessions.count();
  }

  async putShares(session: string, shares: Share[]): Promise<void> {
    this.#shares.put(session, shares);
  }

  async listShares(): Promise<Share[]> {
    return this.#shares.list(Date.now());
  }

  async config(): Promise<GatewayConfig> {
    return this.#config.read();
  }

  async setConfig(change: ConfigPatch): Promise<GatewayConfig> {
    return this.#config.patch(change);
  }

  /** Goes on with the deletion of the account, until nothing of it is left. */
  override async alarm(): Promise<void> {
    const record = this.#record.read();
    if (record === undefined || !record.deleting) return;
    const { storage } = this.ctx;
    await storage.setAlarm(Date.now() + deletion.everyMs);
    for (const gone of await endSessions(this.env, record.name, this.#sessions.list())) await this.remove(gone);
    // Creations on their way would come to nobody.
    if (this.#sessions.list().length > 0 || this.#usage.live(Date.now()) > 0) return;
    await registryOf(this.env).remove(record.name);
    await storage.deleteAlarm();
    forgetAll(storage.sql);
    this.#log(record.name).info('account.deleted');
  }

  #view(): AccountView {
    const record = this.#expectThere();
    const now = Date.now();
    return {
      name: record.name,
      status: statusOf(record, now),
      sessions: this.#usage.live(now),
      quota: quotaOf(record, configOf(this.env).quota),
      created_at: Math.floor(record.createdAtMs / 1000),
      expiry_at: Math.floor(record.expiresAtMs / 1000),
    };
  }

  async #newToken(name: string, expiryDays: number): Promise<NewToken & { hash: string }> {
    const token = await newAccountToken(name, configOf(this.env).tokenSecret);
    return { token, hash: await sha256(token), expiryAt: Math.floor((Date.now() + expiryDays * dayMs) / 1000) };
  }

  /** @throws AppError where the token is none of this account's, or is not good now. */
  async #expectToken(token: string): Promise<AccountRecord> {
    const hash = await sha256(token);
    const record = this.#record.read();
    if (record === undefined || record.deleting || !(await sameSecret(hash, record.tokenHash)))
      throw new AppError('unauthorized');
    if (record.disabled) throw new AppError('forbidden', { message: `The account ${record.name} is disabled.` });
    if (Date.now() >= record.expiresAtMs) {
      throw new AppError('unauthorized', { message: 'The token of this account has expired.' });
    }
    return record;
  }

  #expectNone(name: string): void {
    const record = this.#record.read();
    if (record === undefined) return;
    if (record.deleting) throw new AppError('conflict', { message: `The account ${name} is still being deleted.` });
    throw new AppError('conflict', { message: `There is an account of the name ${name} already.` });
  }

  #expectThere(): AccountRecord {
    const record = this.#record.read();
    if (record === undefined) throw new AppError('not_found', { message: 'There is no such account.' });
    return record;
  }

  #expectKept(): AccountRecord {
    const record = this.#expectThere();
    if (record.deleting) throw new AppError('conflict', { message: `The account ${record.name} is being deleted.` });
    return record;
  }

  #log(account: string): Logger {
    return consoleLogger(configOf(this.env).logLevel, { account });
  }

  #outcome<T>(call: string, work: () => Promise<T> | T): Promise<Outcome<T>> {
    return outcome(work, (error) => consoleLogger('error', { call }).error('account.failed', { error }));
  }
}
