import type { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { type RoomState, StoredState } from './state.ts';

const key = 'room';

/** The state as it was stored; `empty` where nothing is. @throws AppError `internal` where it can't be read. */
export function loadState(storage: DurableObjectStorage): RoomState {
  const stored = storage.kv.get(key);
  return stored === undefined ? { status: 'empty' } : decode(StoredState, stored, 'stored room', 'internal').state;
}

/**
 * Whether a state is stored. A session that is being placed is not, until its host speaks: should the room be restarted, the request
 * that created it is repeated, or what a host launched is ended there as nobody's.
 */
export const isStored = (state: RoomState): boolean =>
  state.status !== 'empty' && (state.status !== 'placing' || state.early.length > 0);

/** Stores the state; `empty` is stored by {@link eraseState}. Nothing leaves the room before it is on disk. */
export function saveState(storage: DurableObjectStorage, state: RoomState): void {
  if (state.status !== 'empty') storage.kv.put(key, { version: 1, state } satisfies z.output<typeof StoredState>);
}

/** Deletes all, the alarm too: the platform then forgets the object. */
export async function eraseState(storage: DurableObjectStorage): Promise<void> {
  await storage.deleteAlarm();
  await storage.deleteAll();
}
