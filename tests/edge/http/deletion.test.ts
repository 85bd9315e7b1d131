import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, startHost } from '#tests/edge/support.ts';

/** An account with sessions on a host that ends them so. */
async function running(count: number, end: () => Promise<Record<string, never>> = async () => ({})) {
  const { token } = await newAccount();
  const app = unique('app');
  const host = await startHost({ app, region: unique('region'), slots: 10, handlers: { end } });
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) ids.push((await newSession(token, app)).id);
  return {
    ...{ token, host, ids },
    remove: (body: unknown, query = '') => ask('DELETE', `/1.0/sessions${query}`, { token, body }),
    removeOne: (id: string | undefined, query = '') => ask('DELETE', `/1.0/sessions/${id}${query}`, { token }),
    listed: async () => (await ask('GET', '/1.0/sessions', { token })).metadata,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

const missing = '0'.repeat(20);
const noSession = { session_id: missing, error_message: 'There is no such session.', status_code: 404 };

test('[HT18] many sessions are deleted in one call; what fails is named, and holds up no other', async () => {
  await using account = await running(3);
  await using other = await running(1);
  const [one = '', two = '', three = ''] = account.ids;
  expect(await account.remove({ ids: [one, two, one] })).toMatchObject({
    httpStatus: 200,
    metadata: { deleted_sessions: [one, two], errors: [] },
  });
  const foreign = { ...noSession, session_id: other.ids[0] };
  expect(await account.remove({ ids: [missing, three, ...other.ids] })).toMatchObject({
    httpStatus: 207,
    metadata: { deleted_sessions: [three], errors: [noSession, foreign] },
  });
  expect(await account.remove({ ids: [missing, three] })).toMatchObject({
    httpStatus: 404,
    error: 'None of these sessions is there.',
  });
  expect(account.host.of('end').toSorted()).toEqual(account.ids.toSorted());
  expect(await account.listed()).toEqual([]);
  expect(await other.listed()).toEqual(other.ids);
});

test('[HT19] a deletion of many that is not valid is 400, names what is wrong, and deletes nothing', async () => {
  await using account = await running(1);
  const refused = async (body: unknown, query = '') => {
    const { httpStatus, error } = await account.remove(body, query);
    expect(httpStatus).toBe(400);
    return error;
  };
  expect(await refused({})).toContain('ids: ');
  expect(await refused({ ids: [] })).toContain('ids: ');
  expect(await refused({ ids: [account.ids[0], 'Bad-Id'] })).toContain('ids.1: ');
  expect(await refused({ ids: Array.from({ length: 201 }, () => missing) })).toContain('ids: ');
  expect(await refused({ ids: account.ids }, '?force=perhaps')).toContain('force: ');
  expect(await refused({ ids: account.ids }, '?sync=')).toContain('sync: ');
  expect(account.host.of('end')).toEqual([]);
});

test('[HT20] with sync=false the answer is 202 and does not wait for the host', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await using account = await running(3, async () => {
    await held;
    return {};
  });
  const [one = '', ...others] = account.ids;
  expect(await account.removeOne(one, '?sync=false')).toMatchObject({
    ...{ httpStatus: 202, type: 'async', metadata: { id: one, status: 'terminating' } },
  });
  expect(await account.remove({ ids: others }, '?sync=false')).toMatchObject({
    ...{ httpStatus: 202, type: 'async', metadata: { deleted_sessions: others, errors: [] } },
  });
  await until(() => account.host.of('end').length === 3, 'asked');
  expect(await ask('GET', `/1.0/sessions/${one}`, { token: account.token })).toMatchObject({
    metadata: { status: 'terminating' },
  });
  release();
  await until(async () => String(await account.listed()) === '', 'all gone');
  expect(await account.removeOne(one, '?sync=false')).toMatchObject({ httpStatus: 404 });
});

test('[RM31] a session that is deleted by force is gone at once; its host is told, and not waited for', async () => {
  await using account = await running(2, () => new Promise(() => undefined));
  const [one = '', two = ''] = account.ids;
  expect((await account.removeOne(one, '?force=true')).httpStatus).toBe(200);
  expect(await account.listed()).toEqual([two]);
  expect((await account.removeOne(two, '?sync=false')).httpStatus).toBe(202);
  await until(() => account.host.of('end').length === 2, 'asked');
  // It is ending already, and its host does not answer.
  expect((await account.remove({ ids: [two] }, '?force=1')).httpStatus).toBe(200);
  expect(await account.listed()).toEqual([]);
  expect((await ask('GET', `/1.0/sessions/${two}`, { token: account.token })).httpStatus).toBe(404);
});

test('[RM31] a host that fails to end a session does not make its deletion by force fail', async () => {
  await using account = await running(1, () => Promise.reject(new AppError('timeout')));
  expect((await account.removeOne(account.ids[0], '?force=true')).httpStatus).toBe(200);
  expect(await account.listed()).toEqual([]);
});
