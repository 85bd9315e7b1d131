import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import { sha256 } from '#edge/digest.ts';
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
import type { AccountApi, Admission, NewToken, Placed } from './api.ts';
import { type ConfigStore, openConfig } from './config-store.ts';
import { type CreationStore, openCreations } from './creations.ts';
import { deletion, endSessions, forgetAll } from './deletion.ts';
import { type IdempotencyKey, type KeyTable, openKeys } from './keys.ts';
import { letIn } from './letting-in.ts';
import { askRooms } from './overdue.ts';
import {
  type AccountRecord,
  expectGood,
  expectKept,
  expectNone,
  expectThere,
  openRecord,
  quotaOf,
  type RecordStore,
  statusOf,
} from './record.ts';
import { type Asked, openSessionIndex, type SessionCount, type SessionIndex } from './session-index.ts';
import { openShareIndex, type ShareIndex } from './share-index.ts';
import { newAccountToken } from './token.ts';

const dayMs = 24 * 3600 * 1000;

/** A service account: its token's hash, its quota, and the index of its sessions. Its object is named by the account's name. */
export class Account extends DurableObject<Env> implements AccountApi {
  #record: RecordStore;
  #creations: CreationStore;
  readonly #keys: KeyTable;
  #sessions: SessionIndex;
  readonly #shares: ShareIndex;
  #config: ConfigStore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    this.#record = openRecord(sql);
    this.#creations = openCreations(sql);
    this.#keys = openKeys(sql);
    this.#sessions = openSessionIndex(sql);
    this.#shares = openShareIndex(sql);
    this.#config = openConfig(sql);
  }

  create(name: string, expiryDays: number): Promise<Outcome<NewToken>> {
    return this.#outcome('create', async () => {
      const { hash, ...made } = await this.#newToken(name, expiryDays);
      expectNone(this.#record.read(), name);
      await registryOf(this.env).add(name);
      // Another creation may have come in between.
      expectNone(this.#record.read(), name);
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

  admit(token: string, asked: Asked, key: IdempotencyKey | undefined): Promise<Outcome<Admission>> {
    return this.#outcome('admit', async () => {
      const record = await this.#expectToken(token);
      await this.#lookAfter();
      // Nothing waits from here on: of two requests with one key, one finds what the other has written.
      const now = Date.now();
      const known = key === undefined ? undefined : this.#keys.find(key.text, now);
      if (known !== undefined && known.fingerprint !== key?.fingerprint) throw new AppError('key_reused');
      if (known?.stage === 'ended') {
        throw new AppError('session_ended', { message: 'The session of this idempotency key has ended.' });
      }
      const config = this.#config.read();
      if (known !== undefined) return { session: known.session, config };
      const { id } = asked;
      letIn(this.#sessions, this.#creations, asked, quotaOf(record, configOf(this.env).quota), now);
      if (key !== undefined) this.#keys.add(key, id, now);
      return { session: id, config };
    });
  }

  describe(): Promise<Outcome<AccountView>> {
    return this.#outcome('describe', async () => {
      await this.#lookAfter();
      return this.#view();
    });
  }

  patch(change: AccountPatch): Promise<Outcome<AccountView>> {
    return this.#outcome('patch', () => {
      const { name } = expectKept(this.#record.read());
      this.#record.patch(change);
      this.#log(name).info('account.changed', { change });
      return this.#view();
    });
  }

  rotate(expiryDays: number): Promise<Outcome<NewToken>> {
    return this.#outcome('rotate', async () => {
      const { hash, ...made } = await this.#newToken(expectKept(this.#record.read()).name, expiryDays);
      // It may have been deleted in between.
      const { name } = expectKept(this.#record.read());
      this.#record.setToken(hash, made.expiryAt * 1000);
      this.#log(name).info('account.rotated');
      return made;
    });
  }

  destroy(): Promise<Outcome<AccountView>> {
    return this.#outcome('destroy', async () => {
      const { name, deleting } = expectThere(this.#record.read());
      if (!deleting) {
        this.#record.markDeleting();
        this.#log(name).info('account.deleting');
      }
      const view = this.#view();
      await this.ctx.storage.setAlarm(Date.now());
      return view;
    });
  }

  async placed(all: readonly Placed[]): Promise<void> {
    for (const { session, host, region, instance, version = 0 } of all) {
      const at = { app_version: version, region, cluster_id: host, container_id: instance };
      if (this.#sessions.place(session, at)) this.#keys.place(session);
    }
  }

  async put(session: Session): Promise<void> {
    this.#sessions.put(session);
    if (session.status !== 'created' && session.status !== 'active') this.#shares.remove(session.id);
    if (session.cluster_id !== '') this.#keys.place(session.id);
  }

  async remove(id: string): Promise<void> {
    this.#sessions.remove(id);
    this.#shares.remove(id);
    this.#keys.end(id);
  }

  async list(): Promise<Session[]> {
    await this.#lookAfter();
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
    await this.#lookAfter();
    // Creations on their way would come to nobody: they are waited for.
    const ready = this.#sessions.list().filter(({ id }) => !this.#sessions.isPending(id));
    for (const gone of await endSessions(this.env, record.name, ready)) await this.remove(gone);
    if (this.#sessions.list().length > 0) return;
    await registryOf(this.env).remove(record.name);
    await storage.deleteAlarm();
    forgetAll(storage.sql);
    this.#record = openRecord(storage.sql);
    this.#creations = openCreations(storage.sql);
    this.#sessions = openSessionIndex(storage.sql);
    this.#config = openConfig(storage.sql);
    this.#log(record.name).info('account.deleted');
  }

  /** Asks the rooms of creations that were let in and not heard of since how they stand. */
  async #lookAfter(): Promise<void> {
    const name = this.#record.read()?.name;
    const overdue = this.#sessions.overdue(Date.now());
    if (name === undefined || overdue.length === 0) return;
    for (const { id, session } of await askRooms(this.env, name, overdue)) {
      // It may have been heard of meanwhile.
      if (this.#sessions.isPending(id)) await (session === undefined ? this.remove(id) : this.put(session));
    }
  }

  #view(): AccountView {
    const record = expectThere(this.#record.read());
    const now = Date.now();
    return {
      name: record.name,
      status: statusOf(record, now),
      sessions: this.#sessions.taken(),
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
    return expectGood(this.#record.read(), hash, Date.now());
  }

  #log(account: string): Logger {
    return consoleLogger(configOf(this.env).logLevel, { account });
  }

  #outcome<T>(call: string, work: () => Promise<T> | T): Promise<Outcome<T>> {
    return outcome(work, (error) => this.#log(this.ctx.id.name ?? '').error('account.failed', { call, error }));
  }
}
