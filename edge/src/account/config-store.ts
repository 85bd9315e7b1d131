import { decodeJson } from '#shared/decode.ts';
import { type ConfigPatch, GatewayConfig } from '#shared/gateway-config.ts';

/** What an account has set of the gateway. */
export interface ConfigStore {
  read(): GatewayConfig;
  /** @returns all items, with the change. */
  patch(change: ConfigPatch): GatewayConfig;
}

/** The settings in the account's own SQLite database: only what was set is stored. */
export function openConfig(sql: SqlStorage): ConfigStore {
  sql.exec('CREATE TABLE IF NOT EXISTS config (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
  // Every creation asks for it: it is read again only after a change.
  let known: GatewayConfig | undefined;
  const read = (): GatewayConfig => {
    if (known !== undefined) return known;
    const rows = sql.exec<{ body: string | null }>('SELECT json_group_object(name, json(value)) AS body FROM config');
    known = decodeJson(GatewayConfig, rows.one().body ?? '{}', 'stored config', 'internal');
    return known;
  };
  return {
    read,
    patch(change) {
      known = undefined;
      for (const [name, value] of Object.entries(change)) {
        if (value === undefined) continue;
        const text = JSON.stringify(value);
        sql.exec('INSERT INTO config VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, text);
      }
      return read();
    },
  };
}
