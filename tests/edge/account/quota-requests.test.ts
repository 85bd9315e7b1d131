import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { accountNamed, roomNamed } from '#edge/objects.ts';
import { newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, startHost, tell } from '#tests/edge/support.ts';
import { admin, asked, askWith, create, sessionOf, setQuota } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** An account with this quota, and a host for its sessions. */
async function world(quota: Parameters<typeof setQuota>[1]) {
  const account = await newAccount();
  await setQuota(account.name, quota);
  const app = unique('app');
  const host = await startHost({ app, region: unique('region') });
  return { ...account, app, host, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

const live = async (name: string): Promise<unknown> =>
  ((await admin('GET', `/${name}`)).metadata as { sessions?: unknown }).sessions;

test('[QT1] the session that is one too many is 429, with the quota and when to come again; an ended one makes room', async () => {
  await using at = await world({ sessions: 2 });
  const first = await newSession(at.token, at.app, { idle_time_min: 5 });
  await newSession(at.token, at.app, { idle_time_min: 5 });
  expect(await create(at.token, { app: at.app })).toMatchObject({
    ...{ status_code: 429, retryAfter: '10' },
    error: "The account's quota of 2 sessions at once is used up.",
  });
  expect(at.host.of('launch')).toHaveLength(2);
  expect((await ask('DELETE', `/1.0/sessions/${first.id}`, { token: at.token })).status_code).toBe(200);
  await until(async () => (await live(at.name)) === 1, 'the place is free');
  await newSession(at.token, at.app);
});

test('[QT1] of many that come at once, as many are let in as the quota says', async () => {
  await using at = await world({ sessions: 3 });
  const answers = await Promise.all(Array.from({ length: 8 }, () => create(at.token, { app: at.app, idle_time_min: 5 })));
  const statuses = answers.map(({ status_code: status }) => status).toSorted();
  expect(statuses).toEqual([201, 201, 201, 429, 429, 429, 429, 429]);
  expect(at.host.of('launch')).toHaveLength(3);
});

test('[QT2] more creations a minute than the quota are 429, and a minute later are none too many', async () => {
  await using at = await world({ creations_per_minute: 2 });
  for (let n = 0; n < 2; n += 1) sessionOf(await create(at.token, { app: at.app, idle_time_min: 5 }));
  const refused = await create(at.token, { app: at.app });
  expect(refused).toMatchObject({ status_code: 429, error: "The account's quota of 2 creations a minute is used up." });
  const waitS = Number(refused.retryAfter);
  expect(waitS).toBeGreaterThanOrEqual(55);
  expect(waitS).toBeLessThanOrEqual(61);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + waitS * 1000 });
  const id = newSessionId();
  expect(unwrap(await accountNamed(env, at.name).admit(at.token, asked(id), undefined)).session).toBe(id);
});

test('[QT5] a session that failed, or that no host took, takes no place', async () => {
  await using at = await world({ sessions: 1 });
  expect((await create(at.token, { app: unique('nowhere') })).status_code).toBe(404);
  expect(await live(at.name)).toBe(0);
  const { id } = await newSession(at.token, at.app, { idle_time_min: 5 });
  expect(await live(at.name)).toBe(1);
  await tell(at.host, id, 1, { type: 'failed', error: { code: 'application_exited', message: 'It ended.' } });
  await until(async () => (await live(at.name)) === 0, 'the place is free');
  expect((await ask('GET', `/1.0/sessions/${id}`, { token: at.token })).metadata).toMatchObject({ status: 'error' });
  await newSession(at.token, at.app);
});

test('[QT6] a creation that was let in and never heard of again gives its place back after a minute', async () => {
  const { name, token } = await newAccount();
  await setQuota(name, { sessions: 1 });
  const account = accountNamed(env, name);
  const [lost, next] = [newSessionId(), newSessionId()];
  expect(unwrap(await account.admit(token, asked(lost), undefined)).session).toBe(lost);
  // The call that is sent twice is one creation.
  expect(unwrap(await account.admit(token, asked(lost), undefined)).session).toBe(lost);
  expect(await account.admit(token, asked(next), undefined)).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect(unwrap(await account.admit(token, asked(next), undefined)).session).toBe(next);
});

test('[QT7] a request that is refused for anything else costs nothing of a quota', async () => {
  const { name, token } = await newAccount();
  await setQuota(name, { creations_per_minute: 1 });
  const changed = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  expect((await create(token, '{')).status_code).toBe(400);
  expect((await create(token, { app: 'a' }, 'not a key')).status_code).toBe(400);
  expect((await create(changed, { app: 'a' })).status_code).toBe(401);
  // What is wrong with a request is told only to who may send it.
  expect((await askWith('POST', '/1.0/sessions', {}, '{')).status_code).toBe(401);
  await admin('POST', `/${name}/rotate`);
  expect((await create(token, '{')).status_code).toBe(401);
  const state = env.ACCOUNT.get(env.ACCOUNT.idFromName(name));
  const rows = await runInDurableObject(state, (_account, { storage }) =>
    ['sessions', 'creations'].flatMap((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
  );
  expect(rows).toEqual([]);
});

test('[QT8] an account has the quota of the gateway until it is given its own, and has it again when that is taken back', async () => {
  const { name } = await newAccount();
  const quota = async () => ((await admin('GET', `/${name}`)).metadata as { quota?: unknown }).quota;
  expect(await quota()).toEqual({ sessions: 100, creations_per_minute: 60 });
  await setQuota(name, { sessions: 7 });
  await setQuota(name, { creations_per_minute: 8 });
  expect(await quota()).toEqual({ sessions: 7, creations_per_minute: 8 });
  await setQuota(name, { sessions: null });
  expect(await quota()).toEqual({ sessions: 100, creations_per_minute: 8 });
});

test('[QT1] a session keeps one place, however often its index is written, and through the sleep of the account', async () => {
  await using at = await world({ sessions: 5 });
  const { id } = await newSession(at.token, at.app, { idle_time_min: 5 });
  await tell(at.host, id, 1, { type: 'active' });
  await until(async () => unwrap(await roomNamed(env, id).describe(at.name)).status === 'active', 'it runs');
  expect(await live(at.name)).toBe(1);
  await evictDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(at.name)));
  expect(await live(at.name)).toBe(1);
});
