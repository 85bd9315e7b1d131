import { evictDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import type { LaunchOrder } from '#shared/host.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { shareable } from '#tests/edge/room/support.ts';
import { ask, newAccount, newSession, openSocket, origin, startHost } from '#tests/edge/support.ts';

const path = '/1.0/config';
const initial = {
  'session.default_idle_time_min': null,
  'session.joinable_idle_time_min': 30,
  'share.default_expiry_h': 12,
  'share.max_per_session': 5,
};

test('[HT21] an account sees and changes the configuration, for itself only', async () => {
  const [mine, other] = [await newAccount(), await newAccount()];
  expect((await ask('GET', path, mine)).metadata).toEqual(initial);
  const changed = { ...initial, 'share.max_per_session': 2, 'session.default_idle_time_min': 3 };
  const patch = (body: object) => ask('PATCH', path, { token: mine.token, body });
  expect(await patch({ 'share.max_per_session': 2, 'session.default_idle_time_min': 3 })).toMatchObject({
    httpStatus: 200,
    metadata: changed,
  });
  await evictDurableObject(env.ACCOUNT.get(env.ACCOUNT.idFromName(mine.name)));
  expect((await patch({})).metadata).toEqual(changed);
  expect((await patch({ 'session.default_idle_time_min': null })).metadata).toMatchObject({
    'session.default_idle_time_min': null,
  });
  expect((await ask('GET', path, other)).metadata).toEqual(initial);
  expect((await ask('GET', path)).httpStatus).toBe(401);
});

test('[HT22] an item that is not known, or a value that can not be, is 400, is named, and changes nothing', async () => {
  const { token } = await newAccount();
  const refused = async (body: unknown) => {
    const { httpStatus, error } = await ask('PATCH', path, { token, body });
    expect(httpStatus).toBe(400);
    return error;
  };
  expect(await refused({ 'share.max_per_session': 1, 'share.colour': 'red' })).toContain('share.colour');
  expect(await refused({ 'share.max_per_session': 21 })).toContain('share.max_per_session: ');
  expect(await refused({ 'share.default_expiry_h': '12' })).toContain('share.default_expiry_h: ');
  expect(await refused({ 'share.default_expiry_h': null })).toContain('share.default_expiry_h: ');
  expect(await refused('{"__proto__":{"share.max_per_session":1}}')).toBeDefined();
  expect(await refused([])).toContain('The body is not valid');
  expect((await ask('GET', path, { token })).metadata).toEqual(initial);
});

test('[HT23] the configuration holds for what is created after it', async () => {
  const { token } = await newAccount();
  const app = unique('app');
  const orders: LaunchOrder[] = [];
  const launch = async (order: LaunchOrder) => {
    orders.push(order);
    return { instance: 'one' };
  };
  await using _host = await startHost({ app, region: unique('region'), handlers: { launch } });
  const items = { 'session.default_idle_time_min': 2, 'session.joinable_idle_time_min': 0 };
  await ask('PATCH', path, { token, body: items });
  for (const post of [{}, { joinable: true }, { idle_time_min: 7 }]) await newSession(token, app, post);
  expect(orders.map(({ deadlines }) => deadlines.idleMs)).toEqual([120_000, null, 420_000]);
});

test('[HT23] the configuration holds for shares', async () => {
  await using session = await shareable();
  const items = { 'share.default_expiry_h': 1, 'share.max_per_session': 1 };
  await ask('PATCH', path, { token: session.token, body: items });
  const { expiry_at: expiryAt } = await session.share();
  expect(Math.abs(expiryAt - 3600 - Date.now() / 1000)).toBeLessThan(5);
  expect(await session.tryShare({ type: 'view' })).toMatchObject({ httpStatus: 403 });
});

test('[HT24] the socket of a host or of ADB says why it is not there', async () => {
  const session = '0'.repeat(20);
  for (const [end, reason] of [
    ['master', 'Hosts do not come by this address'],
    ['adb', 'has no ADB'],
  ] as const) {
    for (const spelling of ['session', 'sessions']) {
      const address = `/1.0/${spelling}/${session}/sockets/${end}?token=x`;
      const socket = await openSocket(origin + address);
      expect(await socket.next()).toEqual({ type: 'error', code: 5, message: expect.stringContaining(reason) });
      expect((await socket.closed).code).toBe(4400);
      expect(await ask('GET', address)).toMatchObject({ httpStatus: 400, error: 'This address is for WebSockets only.' });
    }
  }
});
