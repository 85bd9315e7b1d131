import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import { roomNamed } from '#edge/objects.ts';
import { openRoomStore } from '#edge/room/store.ts';
import { newSessionId } from '#shared/ids.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, startHost } from '#tests/edge/support.ts';

const stubOf = (id: string) => env.ROOM.get(env.ROOM.idFromName(id));

/** The tables of a room that are its own. */
const tablesOf = (id: string): Promise<unknown[]> =>
  runInDurableObject(stubOf(id), (_room, { storage: { sql } }) =>
    sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );

test('[RM33] a room whose state was stored as a value of its key is read, and stored as a row from then on', async () => {
  const { name, token } = await newAccount();
  const place = { app: unique('app'), region: unique('region') };
  await using _host = await startHost(place);
  const { id } = await newSession(token, place.app, { joinable: true });
  const before = (await ask('GET', `/1.0/sessions/${id}`, { token })).metadata;
  await runInDurableObject(stubOf(id), (_room, { storage }) => {
    const state = openRoomStore(storage).load();
    storage.sql.exec('DROP TABLE room');
    storage.kv.put('room', { version: 1, state });
  });
  await evictDurableObject(stubOf(id));
  expect((await ask('GET', `/1.0/sessions/${id}`, { token })).metadata).toEqual(before);
  await roomNamed(env, id).share(
    name,
    { type: 'view', description: '', expiresAtMs: Date.now() + 60_000, limit: 5 },
    'https://a',
  );
  await evictDurableObject(stubOf(id));
  expect((await ask('GET', `/1.0/sessions/${id}`, { token })).metadata).toEqual(before);
  expect(await tablesOf(id)).toEqual([{ name: 'room' }]);
});

test('[RM34] a room that is asked of a session that there never was stores nothing', async () => {
  const { token } = await newAccount();
  const id = newSessionId();
  expect((await ask('GET', `/1.0/sessions/${id}`, { token })).status_code).toBe(404);
  expect(await tablesOf(id)).toEqual([]);
});
