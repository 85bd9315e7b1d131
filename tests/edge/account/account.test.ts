import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { accountOfToken, newAccountToken } from '#edge/account/token.ts';
import { accountNamed } from '#edge/objects.ts';
import type { Session } from '#shared/gateway.ts';
import { newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { ask, newAccount } from '#tests/edge/support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const create = (body: unknown, token: string | undefined = env.ADMIN_SECRET) => ask('POST', '/1.0/accounts', { token, body });

test('[AC1] who has the admin secret creates an account, whose token is shown once', async () => {
  const name = unique('account');
  const { httpStatus, metadata } = await create({ name, expiry_days: 2 });
  expect(httpStatus).toBe(201);
  const { token, expiry_at: expiryAt } = metadata as { token: string; expiry_at: number };
  expect(metadata).toMatchObject({ name, token: expect.stringMatching(/^fp_/) });
  expect(Math.abs(expiryAt - Date.now() / 1000 - 2 * 24 * 3600)).toBeLessThan(60);
  expect((await ask('GET', '/1.0/sessions', { token })).metadata).toEqual([]);
  expect(await create({ name })).toMatchObject({ status_code: 409, error: `There is an account of the name ${name} already.` });
});

test('[AC2] nobody else creates one', async () => {
  const { token } = await newAccount();
  for (const other of ['', 'wrong', token]) {
    expect(await create({ name: unique('account') }, other)).toMatchObject({
      status_code: 401,
      error: 'The admin secret is needed.',
    });
  }
  expect((await create({ name: 'not a name' })).error).toMatch(/^The body is not valid: name: /);
});

test('[AC3] a token that has expired is told so', async () => {
  const { token } = await newAccount();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 366 * 24 * 3600 * 1000 });
  expect(await ask('GET', '/1.0/sessions', { token })).toMatchObject({
    status_code: 401,
    error: 'The token of this account has expired.',
  });
});

test('[AC4] of a token only the hash is kept', async () => {
  const { name, token } = await newAccount();
  const rows = await runInDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(name)), (_account, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM account').toArray()),
  );
  const [, secret = '', mac = ''] = token.split('.');
  expect(rows).toContain(name);
  for (const part of [token, secret, mac]) expect(rows).not.toContain(part);
});

test('[AC5] the index keeps the order of creation, through changes and the sleep of the account', async () => {
  const { name } = await newAccount();
  const account = accountNamed(env, name);
  const session = (id: string, status: Session['status']): Session => ({
    ...{ id, app: 'app', app_version: 0, region: '', cluster_id: '', container_id: '' },
    ...{ joinable: false, status, status_message: '' },
  });
  const [one, two, three] = [newSessionId(), newSessionId(), newSessionId()];
  for (const id of [one, two, three]) await account.put(session(id, 'created'));
  await account.put(session(one, 'active'));
  await account.remove(two);
  await account.remove(two);
  await evictDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(name)));
  expect(await accountNamed(env, name).list()).toEqual([session(one, 'active'), session(three, 'created')]);
});

test('[AC6] a token names its account to whoever has the secret that it was made with, and to nobody else', async () => {
  for (const name of ['a', 'Account-1.x_y', 'z'.repeat(63)]) {
    const token = await newAccountToken(name, 'secret');
    expect(await accountOfToken(token, 'secret')).toBe(name);
    expect(await accountOfToken(token, 'other')).toBeUndefined();
    const forged = token.replace(/^fp_[^.]+/, (await newAccountToken('other', 'secret')).replace(/\..*/, ''));
    expect(await accountOfToken(forged, 'secret')).toBeUndefined();
  }
});

test('[AC7] a token that was made with the secret but never given to the account is refused', async () => {
  const { name } = await newAccount();
  const token = await newAccountToken(name, env.TOKEN_SECRET);
  expect((await ask('GET', '/1.0/sessions', { token })).status_code).toBe(401);
  const nobody = await newAccountToken(unique('account'), env.TOKEN_SECRET);
  expect((await ask('GET', '/1.0/sessions', { token: nobody })).status_code).toBe(401);
  await expect(accountNamed(env, name).check(token).then(unwrap)).rejects.toThrow('A valid token is needed.');
});
