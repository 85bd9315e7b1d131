import { decodeJson } from '#shared/decode.ts';
import { Creations } from './quota.ts';

/** An account's creations of the last minute. */
export interface CreationStore {
  read(): Creations;
  write(creations: Creations): void;
}

/** The creations as one row in the account's own SQLite database. */
export function openCreations(sql: SqlStorage): CreationStore {
  sql.exec('CREATE TABLE IF NOT EXISTS creations (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)');
  const row = sql.exec<{ body: string }>('SELECT body FROM creations').toArray()[0];
  let known: Creations = row === undefined ? [] : decodeJson(Creations, row.body, 'stored creations', 'internal');
  return {
    read: () => known,
    write(creations) {
      known = creations;
      sql.exec('INSERT OR REPLACE INTO creations VALUES (1, ?)', JSON.stringify(creations));
    },
  };
}
