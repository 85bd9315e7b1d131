import { runInDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { accountNamed, registryOf } from '#edge/objects.ts';
import { AccountView } from '#shared/account.ts';
import { decode } from '#shared/decode.ts';
import { newSessionId } from '#shared/ids.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, startHost } from '#tests/edge/support.ts';
import { admin, create } from './support.ts';

const usable = async (token: string) => (await ask('GET', '/1.0/sessions', { token })).status_code;

async function listed(query: string) {
  const { metadata, total_size: totalSize } = await admin('GET', query);
  return { accounts: decode(z.array(AccountView), metadata, 'list'), totalSize };
}

/** Whether the list has an account of that name. */
async function isListed(name: string): Promise<boolean> {
  for (let offset = 0; ; offset += 100) {
    const { accounts, totalSize = 0 } = await listed(`?offset=${offset}`);
    if (accounts.some((account) => account.name === name)) return true;
    if (offset + 100 >= totalSize) return false;
  }
}

test('[AC8] accounts are listed by name, in pages, and shown one by one', async () => {
  const made = [await newAccount(), await newAccount(), await newAccount()];
  const { accounts, totalSize = 0 } = await listed('?limit=100');
  expect(totalSize).toBeGreaterThanOrEqual(3);
  const names = accounts.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  for (const { name } of made) expect(await isListed(name)).toBe(true);
  const { accounts: page } = await listed('?limit=1&offset=1');
  expect(page.map(({ name }) => name)).toEqual([names[1]]);

  const [{ name } = { name: '' }] = made;
  const shown = decode(AccountView, (await admin('GET', `/${name}`)).metadata, 'account');
  expect(shown).toMatchObject({ name, status: 'active', sessions: 0, quota: { sessions: 100, creations_per_minute: 60 } });
  expect(shown.expiry_at - shown.created_at).toBe(365 * 24 * 3600);
});

test('[AC9] another token takes the place of the one before, which is dead at once', async () => {
  const { name, token } = await newAccount();
  const { metadata, status_code: status } = await admin('POST', `/${name}/rotate`);
  expect(status).toBe(200);
  const rotated = decode(z.object({ name: z.literal(name), token: z.string(), expiry_at: z.int() }), metadata, 'rotation');
  expect([await usable(token), await usable(rotated.token)]).toEqual([401, 200]);
  const again = await admin('POST', `/${name}/rotate`, { expiry_days: 2 });
  const { token: last, expiry_at: expiryAt } = again.metadata as { token: string; expiry_at: number };
  expect(Math.abs(expiryAt - Date.now() / 1000 - 2 * 24 * 3600)).toBeLessThan(60);
  expect([await usable(rotated.token), await usable(last)]).toEqual([401, 200]);
});

test('[AC10] a disabled account is told so, its sessions stay, and it is enabled again', async () => {
  const { name, token } = await newAccount();
  const app = unique('app');
  await using _host = await startHost({ app, region: unique('region') });
  const { id } = await newSession(token, app, { idle_time_min: 5 });
  expect((await admin('PATCH', `/${name}`, { disabled: true })).metadata).toMatchObject({ status: 'disabled', sessions: 1 });
  const refused = { status_code: 403, error: `The account ${name} is disabled.` };
  expect(await ask('GET', `/1.0/sessions/${id}`, { token })).toMatchObject(refused);
  expect(await create(token, { app })).toMatchObject(refused);
  expect((await admin('PATCH', `/${name}`, { disabled: false })).metadata).toMatchObject({ status: 'active' });
  expect((await ask('GET', `/1.0/sessions/${id}`, { token })).metadata).toMatchObject({ id, status: 'created' });
});

test('[AC11] a deleted account is dead at once, its sessions are ended, and then its name is free', async () => {
  const { name, token } = await newAccount();
  const app = unique('app');
  await using host = await startHost({ app, region: unique('region') });
  const running = await newSession(token, app, { idle_time_min: 5 });
  // One that only the index has: its room is gone.
  const stale = newSessionId();
  await accountNamed(env, name).put({
    ...{ id: stale, app, app_version: 0, region: '', cluster_id: 'host', container_id: '' },
    ...{ joinable: false, status: 'active', status_message: '' },
  });
  expect(await admin('DELETE', `/${name}`)).toMatchObject({ status_code: 200, metadata: { status: 'deleting', sessions: 2 } });
  expect(await usable(token)).toBe(401);
  expect(await create(token, { app })).toMatchObject({ status_code: 401 });
  await until(async () => (await admin('GET', `/${name}`)).status_code === 404, 'the account is gone');
  expect(host.of('end')).toEqual([running.id]);
  expect(await isListed(name)).toBe(false);
  const rows = await runInDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(name)), (_account, { storage }) =>
    ['account', 'standing', 'sessions', 'creations'].map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
  );
  expect(rows).toEqual([[], [], [], []]);
  expect((await admin('POST', '', { name })).status_code).toBe(201);
  expect(await usable(token)).toBe(401);
});

test('[AC12] while its sessions end, an account can not be changed, and deleting it again does no harm', async () => {
  const { name, token } = await newAccount();
  const app = unique('app');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const end = async () => {
    await released;
    return {};
  };
  await using host = await startHost({ app, region: unique('region'), handlers: { end } });
  await newSession(token, app, { idle_time_min: 5 });
  expect((await admin('DELETE', `/${name}`)).status_code).toBe(200);
  await until(() => host.of('end').length > 0, 'the host is asked to end the session');
  const conflict = (error: string) => ({ status_code: 409, error });
  expect(await admin('POST', `/${name}/rotate`)).toMatchObject(conflict(`The account ${name} is being deleted.`));
  expect(await admin('PATCH', `/${name}`, { disabled: true })).toMatchObject(conflict(`The account ${name} is being deleted.`));
  expect(await admin('POST', '', { name })).toMatchObject(conflict(`The account ${name} is still being deleted.`));
  expect(await admin('DELETE', `/${name}`)).toMatchObject({ status_code: 200, metadata: { status: 'deleting', sessions: 1 } });
  release();
  await until(async () => (await admin('GET', `/${name}`)).status_code === 404, 'the account is gone');
});

test('[AC12] what is not there is not administered', async () => {
  const name = unique('nobody');
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/rotate'],
  ] as const) {
    const answer = await admin(method, `/${name}${path}`, method === 'PATCH' ? {} : undefined);
    expect(answer).toMatchObject({ status_code: 404, error: 'There is no such account.' });
  }
});

test('[AC13] only who has the admin secret administers, and what is wrong is named', async () => {
  const { name, token } = await newAccount();
  for (const [method, path] of [
    ['GET', ''],
    ['GET', `/${name}`],
    ['PATCH', `/${name}`],
    ['POST', `/${name}/rotate`],
    ['DELETE', `/${name}`],
  ] as const) {
    const answer = await ask(method, `/1.0/accounts${path}`, { token });
    expect(answer).toMatchObject({ status_code: 401, error: 'The admin secret is needed.' });
  }
  const wrong = async (path: string, body: unknown) => (await admin('PATCH', path, body)).error;
  expect(await wrong(`/${name}`, { quota: { sessions: -1 } })).toMatch(/^The body is not valid: quota\.sessions: /);
  expect(await wrong(`/${name}`, { disable: true })).toMatch(/^The body is not valid: /);
  expect(await wrong('/a%20b', {})).toMatch(/^The account name is not valid: /);
  expect((await admin('POST', `/${name}/rotate`, { expiry_days: 0 })).error).toMatch(/^The body is not valid: expiry_days: /);
  expect((await admin('GET', '?limit=101')).error).toMatch(/^The query is not valid: limit: /);
  expect(await usable(token)).toBe(200);
});

test('[AC14] a name without an account is passed over in the list, and breaks nothing', async () => {
  const name = unique('phantom');
  await registryOf(env).add(name);
  await registryOf(env).add(name);
  expect(await isListed(name)).toBe(false);
  await registryOf(env).remove(name);
  await registryOf(env).remove(name);
});
