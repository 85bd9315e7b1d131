import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { Account } from '#edge/account/account.ts';
import { AppError } from '#shared/errors.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, startHost, tell } from '#tests/edge/support.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const where = () => ({ app: unique('app'), region: unique('region') });

/** Lets time pass, and the room's alarm ring, after a sleep. */
async function after(ms: number, session: string): Promise<void> {
  const room = env.ROOM.get(env.ROOM.idFromName(session));
  await evictDurableObject(room);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  expect(await runDurableObjectAlarm(room)).toBe(true);
  vi.useRealTimers();
}

test('[RM25] an index that could not be written is written when the alarm rings, across a sleep', async () => {
  const { token } = await newAccount();
  const place = where();
  await using host = await startHost(place);
  const { id } = await newSession(token, place.app);
  const put = vi.spyOn(Account.prototype, 'put').mockRejectedValue(new Error('away'));
  await tell(host, id, 1, { type: 'active' });
  await until(() => put.mock.calls.length > 0, 'tried');
  put.mockRestore();
  const list = async () => JSON.stringify((await ask('GET', '/1.0/sessions?recursion=true', { token })).metadata);
  expect(await list()).toContain('"status":"created"');
  await after(10_000, id);
  expect(await list()).toContain('"status":"active"');
});

test('[RM26] a host that does not end a session in time is asked again; the deletion succeeds all the same', async () => {
  const { token } = await newAccount();
  const place = where();
  let answers = 0;
  const end = async () => {
    answers += 1;
    if (answers === 1) throw new AppError('timeout');
    return {};
  };
  await using host = await startHost({ ...place, handlers: { end } });
  const { id } = await newSession(token, place.app);
  expect((await ask('DELETE', `/1.0/sessions/${id}`, { token })).httpStatus).toBe(200);
  const { metadata } = await ask('GET', `/1.0/sessions/${id}`, { token });
  expect(metadata).toMatchObject({ status: 'terminating', status_message: 'It was deleted.' });
  await after(15_000, id);
  expect(host.of('end')).toEqual([id, id]);
  expect((await ask('GET', `/1.0/sessions/${id}`, { token })).status_code).toBe(404);
  expect((await ask('GET', '/1.0/sessions', { token })).metadata).toEqual([]);
});

test('[RM27] of a session that is gone nothing is stored', async () => {
  const { token } = await newAccount();
  const place = where();
  await using _host = await startHost(place);
  const { id } = await newSession(token, place.app);
  await ask('DELETE', `/1.0/sessions/${id}`, { token });
  const left = await runInDurableObject(env.ROOM.get(env.ROOM.idFromName(id)), async (_room, { storage }) => [
    ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'room'"),
    await storage.getAlarm(),
  ]);
  expect(left).toEqual([null]);
});
