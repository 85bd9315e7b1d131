import type { z } from 'zod';
import { hasTable } from '#edge/tables.ts';
import { decode, decodeJson } from '#shared/decode.ts';
import { type RoomState, StoredState } from './decide/state.ts';

/** Where a room's state is kept. */
export interface RoomStore {
  /** The state as it was stored; `empty` where nothing is. @throws AppError `internal` where it can't be read. */
  load(): RoomState;
  /** Stores the state; `empty` is stored by {@link erase}. Nothing leaves the room before it is on disk. */
  save(state: RoomState): void;
  /** Deletes all, the alarm too: the platform then forgets the object. */
  erase(): Promise<void>;
}

/**
 * The state as one row in the room's own SQLite database: for a new room that is a third of the work of its key-value interface,
 * which prepares all that it might ever be asked. A room that is only asked stores nothing, not even a table.
 */
export function openRoomStore(storage: DurableObjectStorage): RoomStore {
  const { sql } = storage;
  let isMade = hasTable(sql, 'room');
  return {
    load() {
      const row = isMade ? sql.exec<{ body: string }>('SELECT body FROM room').toArray()[0] : undefined;
      if (row !== undefined) return decodeJson(StoredState, row.body, 'stored room', 'internal').state;
      // As rooms were stored before there was the table.
      const older = storage.kv.get('room');
      return older === undefined ? { status: 'empty' } : decode(StoredState, older, 'stored room', 'internal').state;
    },
    save(state) {
      if (state.status === 'empty') return;
      if (!isMade) sql.exec('CREATE TABLE room (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL)');
      isMade = true;
      const body = JSON.stringify({ version: 1, state } satisfies z.output<typeof StoredState>);
      sql.exec('INSERT OR REPLACE INTO room VALUES (1, ?)', body);
    },
    async erase() {
      isMade = false;
      await storage.deleteAlarm();
      await storage.deleteAll();
    },
  };
}

/**
 * Whether a state is stored. A session that is being placed is not, until its host speaks: should the room be restarted, the request
 * that created it is repeated, or what a host launched is ended there as nobody's.
 */
export const isStored = (state: RoomState): boolean =>
  state.status !== 'empty' && (state.status !== 'placing' || state.early.length > 0);
