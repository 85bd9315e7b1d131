import { expect, test } from 'vitest';
import { roomNamed } from '#edge/objects.ts';
import { AppError } from '#shared/errors.ts';
import type { LaunchOrder } from '#shared/host.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, openSocket, startHost, tell } from '#tests/edge/support.ts';

const place = () => ({ app: unique('app'), region: unique('region') });
const listed = async (token: string) => (await ask('GET', '/1.0/sessions', { token })).metadata;
const shown = (token: string, id: string) => ask('GET', `/1.0/sessions/${id}`, { token });

test('[RM1] a session is created on a host, becomes active, and is shown and listed', async () => {
  const { token } = await newAccount();
  const where = place();
  await using host = await startHost(where);
  const created = await ask('POST', '/1.0/sessions/', { token, body: { app: where.app } });
  expect(created).toMatchObject({ httpStatus: 201, status_code: 201, status: 'success' });
  const { id } = await newSession(token, where.app, { region: where.region, screen: { width: 801, height: 601 } });
  const session = {
    id,
    app: where.app,
    app_version: 1,
    region: where.region,
    cluster_id: host.host,
    container_id: `instance-of-${id}`,
  };
  expect((await shown(token, id)).metadata).toEqual({ ...session, joinable: false, status: 'created', status_message: '' });
  await tell(host, id, 1, { type: 'active' });
  expect((await shown(token, id)).metadata).toMatchObject({ status: 'active' });
  const list = () => ask('GET', '/1.0/sessions?recursion=true&limit=1&offset=1', { token });
  await until(async () => JSON.stringify(await list()).includes('"status":"active"'), 'indexed');
  expect(await list()).toMatchObject({ total_size: 2, metadata: [{ ...session, status: 'active' }] });
  expect(await listed(token)).toEqual([expect.any(String), id]);
});

test('[RM2] where nobody takes a session the answer says why and nothing remains', async () => {
  const { token } = await newAccount();
  const where = place();
  const refused = await ask('POST', '/1.0/sessions', { token, body: { app: where.app } });
  expect(refused).toMatchObject({ httpStatus: 404, error: `No host offers the application "${where.app}".` });
  await using _host = await startHost({
    ...where,
    handlers: { launch: () => Promise.reject(new AppError('invalid_request', { message: 'The screen is too large.' })) },
  });
  const failed = await ask('POST', '/1.0/sessions', { token, body: { app: where.app } });
  expect(failed).toMatchObject({ httpStatus: 400, error: 'The screen is too large.' });
  expect(await listed(token)).toEqual([]);
});

test('[RM3] the idle time and the time to reconnect make the deadlines that the host keeps', async () => {
  const { token } = await newAccount();
  const where = place();
  const orders: LaunchOrder[] = [];
  const launch = async (order: LaunchOrder) => {
    orders.push(order);
    return { instance: 'one' };
  };
  await using _host = await startHost({ ...where, handlers: { launch } });
  for (const post of [{}, { joinable: true }, { idle_time_min: 0 }, { idle_time_min: 2, reconnect_sec: 90 }])
    await newSession(token, where.app, post);
  expect(orders.map(({ deadlines }) => deadlines)).toEqual([
    { firstPeerMs: 300_000, idleMs: 0, peerGraceMs: 10_000 },
    { firstPeerMs: 300_000, idleMs: 1_800_000, peerGraceMs: 10_000 },
    { firstPeerMs: null, idleMs: null, peerGraceMs: 10_000 },
    { firstPeerMs: 120_000, idleMs: 120_000, peerGraceMs: 90_000 },
  ]);
});

test('[RM4] a session of another account is not there', async () => {
  const [mine, other] = [await newAccount(), await newAccount()];
  const where = place();
  await using host = await startHost(where);
  const { id } = await newSession(mine.token, where.app);
  for (const [method, end] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/join'],
  ] as const) {
    const answer = await ask(method, `/1.0/sessions/${id}${end}`, { token: other.token });
    expect(answer).toMatchObject({ status_code: 404, error: 'There is no such session.' });
  }
  expect(await listed(other.token)).toEqual([]);
  expect(host.of('end')).toEqual([]);
});

test('[RM5] a deleted session is ended on its host and gone', async () => {
  const { token } = await newAccount();
  const where = place();
  await using host = await startHost(where);
  const { id, url } = await newSession(token, where.app, { ephemeral: false });
  const socket = await openSocket(url);
  const deleted = await ask('DELETE', `/1.0/sessions/${id}`, { token });
  expect(deleted).toMatchObject({ httpStatus: 200, metadata: { id, status: 'terminating' } });
  expect(host.of('end')).toEqual([id]);
  expect(await socket.next()).toEqual({ type: 'error', code: 2, message: 'The session has ended.' });
  expect((await socket.closed).code).toBe(4411);
  expect((await shown(token, id)).status_code).toBe(404);
  expect(await listed(token)).toEqual([]);
});

test('[RM6] a session that ended by itself is gone if ephemeral, else terminated until it is deleted', async () => {
  const { token } = await newAccount();
  const where = place();
  await using host = await startHost(where);
  const ephemeral = await newSession(token, where.app);
  const kept = await newSession(token, where.app, { ephemeral: false });
  for (const { id } of [ephemeral, kept]) await tell(host, id, 1, { type: 'ended', reason: 'Nobody came.' });
  expect((await shown(token, ephemeral.id)).status_code).toBe(404);
  expect((await shown(token, kept.id)).metadata).toMatchObject({ status: 'terminated', status_message: 'Nobody came.' });
  await until(async () => String(await listed(token)) === kept.id, 'only the kept one');
  await ask('DELETE', `/1.0/sessions/${kept.id}`, { token });
  expect(await listed(token)).toEqual([]);
});

test('[RM7] a failed session is kept with the reason, which its sockets and late ones are told', async () => {
  const { token } = await newAccount();
  const where = place();
  await using host = await startHost(where);
  const { id, url } = await newSession(token, where.app);
  const late = await newSession(token, where.app);
  const socket = await openSocket(url);
  const error = new AppError('application_exited', { message: 'The application ended with code 1.' }).toWire();
  for (const session of [id, late.id]) await tell(host, session, 1, { type: 'failed', error });
  for (const told of [socket, await openSocket(late.url)]) {
    expect(await told.next()).toEqual({ type: 'error', code: 2, message: error.message });
    expect((await told.closed).code).toBe(4502);
  }
  expect((await shown(token, id)).metadata).toMatchObject({ status: 'error', status_message: error.message });
});

test('[RM8] a lost host is an error of its sessions, one of another run is not', async () => {
  const { token } = await newAccount();
  const where = place();
  await using host = await startHost(where);
  const { id } = await newSession(token, where.app);
  await roomNamed(env, id).onHostLost(host.host, '0'.repeat(12));
  expect((await shown(token, id)).metadata).toMatchObject({ status: 'created' });
  await roomNamed(env, id).onHostLost(host.host, host.incarnation);
  const message = 'The host of this session was lost.';
  expect((await shown(token, id)).metadata).toMatchObject({ status: 'error', status_message: message });
});

test('[RM9] what a host runs for a session that is over is ended there', async () => {
  const { token } = await newAccount();
  const where = place();
  await using host = await startHost(where);
  const { id } = await newSession(token, where.app);
  await ask('DELETE', `/1.0/sessions/${id}`, { token });
  await tell(host, id, 7, { type: 'active' });
  await until(() => host.of('end').length === 2, 'ended again');
});
