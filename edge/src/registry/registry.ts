import { DurableObject } from 'cloudflare:workers';
import type { Env } from '#edge/env.ts';
import type { RegistryApi } from './api.ts';

/**
 * The names of all accounts, for whoever administers. An account enters before it is made and leaves after it is gone, so that
 * none is ever missing here. No token's check comes by.
 */
export class Registry extends DurableObject<Env> implements RegistryApi {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY) WITHOUT ROWID');
  }

  async add(name: string): Promise<void> {
    this.ctx.storage.sql.exec('INSERT OR IGNORE INTO names VALUES (?)', name);
  }

  async remove(name: string): Promise<void> {
    this.ctx.storage.sql.exec('DELETE FROM names WHERE name = ?', name);
  }

  async page({ limit, offset }: { limit: number; offset: number }): Promise<{ names: string[]; totalSize: number }> {
    const { sql } = this.ctx.storage;
    const rows = sql.exec<{ name: string }>('SELECT name FROM names ORDER BY name LIMIT ? OFFSET ?', limit, offset);
    const names = Array.from(rows, ({ name }) => name);
    return { names, totalSize: sql.exec<{ total: number }>('SELECT COUNT(*) AS total FROM names').one().total };
  }
}
