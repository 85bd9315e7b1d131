import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from '#edge/digest.ts';
import { accountNamed, roomNamed } from '#edge/objects.ts';
import { newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, openSocket, startHost, tell } from '#tests/edge/support.ts';
import { admin, asked, create, sessionOf, setQuota } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function world(handlers: NonNullable<Parameters<typeof startHost>[0]['handlers']> = {}) {
  const account = await newAccount();
  const app = unique('app');
  const host = await startHost({ app, region: unique('region'), handlers });
  return { ...account, app, host, body: { app, idle_time_min: 5 }, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

const count = async (token: string): Promise<unknown> => (await ask('GET', '/1.0/sessions', { token })).metadata;

test('[ID1] a retry with the same key gets the same session, and a way to it that works', async () => {
  await using at = await world();
  const first = sessionOf(await create(at.token, at.body, 'key-1'));
  await tell(at.host, first.id, 1, { type: 'active' });
  const used = await openSocket(first.url);
  const again = await create(at.token, at.body, 'key-1');
  expect(again.status_code).toBe(201);
  const second = sessionOf(again);
  expect(second).toMatchObject({ id: first.id, region: first.region, joinable: first.joinable });
  expect(second.url).not.toBe(first.url);
  const socket = await openSocket(second.url);
  socket.send({ type: 'discover' });
  expect(await socket.next()).toMatchObject({ type: 'resp:discover' });
  // The first client is not disturbed.
  used.send({ type: 'discover' });
  expect(await used.next()).toMatchObject({ type: 'resp:discover' });
  expect(await count(at.token)).toEqual([first.id]);
  expect(at.host.of('launch')).toEqual([first.id]);
});

test('[ID2] identical requests at once create one session', async () => {
  let arrived = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await using at = await world({
    launch: async ({ session }) => {
      await gate;
      return { instance: `instance-of-${session}` };
    },
  });
  const asked = Array.from({ length: 6 }, () => create(at.token, at.body, 'at-once'));
  await until(() => at.host.of('launch').length > 0, 'the launch has begun');
  arrived();
  const sessions = (await Promise.all(asked)).map(sessionOf);
  expect(new Set(sessions.map(({ id }) => id)).size).toBe(1);
  expect(new Set(sessions.map(({ url }) => url)).size).toBe(6);
  expect(at.host.of('launch')).toHaveLength(1);
  expect(await count(at.token)).toHaveLength(1);
});

test('[ID3] the same key with another body is 422', async () => {
  await using at = await world();
  const { id } = sessionOf(await create(at.token, at.body, 'key'));
  expect(await create(at.token, { ...at.body, joinable: true }, 'key')).toMatchObject({
    ...{ status_code: 422, error: 'This idempotency key was used before, with another request.' },
  });
  expect(await count(at.token)).toEqual([id]);
});

test('[ID4] another key, no key, and the key of another account are other requests', async () => {
  await using at = await world();
  const other = await newAccount();
  const made = [
    await create(at.token, at.body, 'one'),
    await create(at.token, at.body, 'two'),
    await create(at.token, at.body),
    await create(at.token, at.body),
    await create(other.token, at.body, 'one'),
  ].map((answer) => sessionOf(answer).id);
  expect(new Set(made).size).toBe(5);
});

test('[ID5] a key is known for a day, and no longer', async () => {
  const { name, token } = await newAccount();
  const account = accountNamed(env, name);
  const key = { text: 'day', fingerprint: 'f' };
  const admit = async () => unwrap(await account.admit(token, asked(newSessionId()), key)).session;
  const first = await admit();
  await account.placed([{ session: first, host: 'host', region: 'region', instance: 'i' }]);
  const dayMs = 24 * 3600 * 1000;
  const beganMs = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: beganMs + dayMs - 5000 });
  expect(await admit()).toBe(first);
  vi.setSystemTime(beganMs + dayMs + 1000);
  expect(await admit()).not.toBe(first);
});

test('[ID6] a creation that failed leaves its key free: the retry tries again', async () => {
  const { token } = await newAccount();
  const app = unique('app');
  const body = { app, idle_time_min: 5 };
  expect((await create(token, body, 'retry')).status_code).toBe(404);
  await using host = await startHost({ app, region: unique('region') });
  const { id } = sessionOf(await create(token, body, 'retry'));
  expect(host.of('launch')).toEqual([id]);
  expect(sessionOf(await create(token, body, 'retry')).id).toBe(id);
});

test('[ID7] a retry after the session has ended is told so, and starts no other', async () => {
  await using at = await world();
  const { id } = sessionOf(await create(at.token, at.body, 'over'));
  expect((await ask('DELETE', `/1.0/sessions/${id}`, { token: at.token })).status_code).toBe(200);
  const over = 'The session of this idempotency key has ended.';
  const ended = await until(async () => {
    const answer = await create(at.token, at.body, 'over');
    return answer.error === over ? answer : undefined;
  }, 'the key knows that its session ended');
  expect(ended.status_code).toBe(404);
  expect(at.host.of('launch')).toEqual([id]);
});

test('[ID8] a retry costs nothing of a quota', async () => {
  await using at = await world();
  await setQuota(at.name, { sessions: 1, creations_per_minute: 1 });
  const { id } = sessionOf(await create(at.token, at.body, 'quota'));
  expect(sessionOf(await create(at.token, at.body, 'quota')).id).toBe(id);
  expect((await create(at.token, at.body, 'more')).status_code).toBe(429);
  // The key of a request that was refused is free.
  await setQuota(at.name, { sessions: 2, creations_per_minute: 2 });
  expect(sessionOf(await create(at.token, at.body, 'more')).id).not.toBe(id);
});

test('[ID9] a session that failed is still the session of its key', async () => {
  await using at = await world();
  const { id } = sessionOf(await create(at.token, at.body, 'failed'));
  await tell(at.host, id, 1, { type: 'failed', error: { code: 'application_exited', message: 'It ended.' } });
  await until(async () => unwrap(await roomNamed(env, id).describe(at.name)).status === 'error', 'it failed');
  expect(sessionOf(await create(at.token, at.body, 'failed'))).toMatchObject({ id, status: 'error' });
});

test('[ID10] a request that was let in, and whose session never began, is done by its retry', async () => {
  await using at = await world();
  // As if the Worker had ended between the account's answer and the room: the same bytes, the same fingerprint.
  const key = { text: 'lost', fingerprint: await sha256(JSON.stringify(at.body)) };
  const { session } = unwrap(await accountNamed(env, at.name).admit(at.token, asked(newSessionId()), key));
  expect(sessionOf(await create(at.token, at.body, 'lost')).id).toBe(session);
  expect(at.host.of('launch')).toEqual([session]);
});

test('[ID11] of a disabled account a key opens nothing', async () => {
  await using at = await world();
  sessionOf(await create(at.token, at.body, 'key'));
  await admin('PATCH', `/${at.name}`, { disabled: true });
  expect((await create(at.token, at.body, 'key')).status_code).toBe(403);
});
