import { runInDurableObject } from 'cloudflare:test';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { app } from '#edge/http/app.ts';
import { areas } from '#edge/http/openapi/areas.ts';
import { Link } from '#edge/link/link.ts';
import { decodeJson } from '#shared/decode.ts';
import { JoinData, SessionPostData } from '#shared/gateway.ts';
import type { HostRequest } from '#shared/host.ts';
import { SharePostData } from '#shared/shares.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, openSocket, request, startHost, tell } from '#tests/edge/support.ts';

/** The API as somebody meets it who wrote a client for the original, and looks at every word of the answers. */

const Created = z.object({ status: z.literal('success'), metadata: SessionPostData });
const Joined = z.object({ status: z.literal('success'), metadata: JoinData });

const macaroon = (token: string, more: Record<string, string> = {}) => ({ authorization: `Macaroon root=${token}`, ...more });

/** An account, and an application on a host that takes down what it is asked. */
async function world() {
  const { token } = await newAccount();
  const [app, region] = [unique('com.example.app'), unique('region')];
  const joins: HostRequest<'join'>[] = [];
  const join = async (call: HostRequest<'join'>) => {
    joins.push(call);
    return {};
  };
  const host = await startHost({ app, region, handlers: { join } });
  return { token, app, region, joins, host, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

/** The POST of the original's client, byte for byte. */
const sdkPost = (app: string): string =>
  `{"app":"${app}","region":"","joinable":true,"screen":{"width":1280,"height":720,"fps":60,"density":240},"extra_data":null}`;

test('[HT25] a client that was written for the public protocol creates a session, opens its socket and joins it, unchanged', async () => {
  await using the = await world();
  const created = await request('/1.0/sessions/', {
    method: 'POST',
    headers: macaroon(the.token, { 'content-type': 'application/json', accept: 'application/json, text/plain, */*' }),
    body: sdkPost(the.app),
  });
  expect(created.status).toBe(201);
  const { metadata } = decodeJson(Created, await created.text(), 'answer');
  expect(metadata).toMatchObject({ region: the.region, status: 'created', joinable: true });
  const socket = await openSocket(metadata.url);
  socket.send({ type: 'discover' });
  expect(await socket.next()).toMatchObject({ type: 'resp:discover', max_api_version: 2, fps: 60, capabilities: [] });
  const join = (body?: string) =>
    request(`/1.0/sessions/${metadata.id}/join`, { method: 'POST', headers: macaroon(the.token), ...(body && { body }) });
  expect((await join('{"screen":{"width":1280,"height":720}}')).status, 'before it is active').toBe(400);
  await tell(the.host, metadata.id, 1, { type: 'active' });
  for (const body of ['{"screen":{"width":1281,"height":719}}', undefined, '{"disconnect_clients":true}', '{}', ' ']) {
    const joined = await join(body);
    expect([body, joined.status]).toEqual([body, 200]);
    expect(decodeJson(Joined, await joined.text(), 'answer').metadata.url).toMatch(/^wss:/);
  }
  // Odd sizes crashed the original.
  expect(the.joins[0]).toMatchObject({ screen: { width: 1282, height: 720 } });
  expect(await socket.next()).toMatchObject({ type: 'error', message: expect.any(String) });
});

test('[HT26] sockets are served under both spellings of their path, with a slash at the end or without', async () => {
  await using the = await world();
  for (const change of [
    (url: string) => url,
    (url: string) => url.replace('/sessions/', '/session/'),
    (url: string) => url.replace('/slave?', '/slave/?'),
    (url: string) => url.replace('/sessions/', '/session/').replace('/slave?', '/slave/?'),
  ]) {
    const { url } = await newSession(the.token, the.app);
    const socket = await openSocket(change(url));
    socket.send({ type: 'discover' });
    expect(await socket.next(), change(url)).toMatchObject({ type: 'resp:discover' });
    socket.close();
  }
});

test('[HT27] every path is served with a slash at the end too, and answers the same', async () => {
  await using the = await world();
  const { id } = await newSession(the.token, the.app);
  for (const path of [
    ...['/1.0/applications', '/1.0/regions', '/1.0/sessions', `/1.0/sessions/${id}`, '/1.0/shares', '/1.0/config', '/1.0/status'],
    '/1.0/sessions?recursion=true&limit=10',
  ]) {
    const [bare, query = ''] = path.split('?');
    const [one, other] = [
      await ask('GET', path, { token: the.token }),
      await ask('GET', `${bare}/?${query}`, { token: the.token }),
    ];
    expect([path, one.httpStatus]).toEqual([path, 200]);
    expect(other).toEqual(one);
  }
});

test('[HT28] a session is shown with its eight members and the version of its application, and a list has ids or sessions, and the size of the whole', async () => {
  await using the = await world();
  const [one, two] = [await newSession(the.token, the.app), await newSession(the.token, the.app)];
  const shown = await ask('GET', `/1.0/sessions/${one.id}`, { token: the.token });
  expect(shown).toEqual({
    ...{ httpStatus: 200, type: 'sync', status: 'success', status_code: 200 },
    metadata: {
      ...{ id: one.id, app: the.app, app_version: 1, region: the.region, cluster_id: the.host.host, joinable: false },
      ...{ container_id: `instance-of-${one.id}`, status: 'created', status_message: '' },
    },
  });
  const list = (query: string) => ask('GET', `/1.0/sessions?${query}`, { token: the.token });
  expect(await list('')).toMatchObject({ metadata: [one.id, two.id], total_size: 2 });
  expect(await list('recursion=true&limit=1')).toMatchObject({ metadata: [{ id: one.id, status: 'created' }], total_size: 2 });
  expect(await list('limit=1&offset=1')).toMatchObject({ metadata: [two.id], total_size: 2 });
  expect(await list('offset=5')).toMatchObject({ metadata: [], total_size: 2 });
  expect(await list('status=active')).toMatchObject({ metadata: [], total_size: 0 });
  expect(await list('sort_by=created_at&sort_order=desc')).toMatchObject({ metadata: [two.id, one.id] });
});

test('[HT29] a gateway that reaches no host says 503, with a token and without one', async () => {
  const { token } = await newAccount();
  const healthy = vi.spyOn(Link.prototype, 'healthy').mockResolvedValue(false);
  onTestFinished(() => healthy.mockRestore());
  for (const options of [{}, { token }]) {
    const { httpStatus, ...answer } = await ask('GET', '/1.0/status', options);
    expect(httpStatus).toBe(503);
    expect(answer).toEqual({
      ...{ type: 'error', status: 'failed', status_code: 503, code: 'unavailable' },
      error: 'The gateway has no connection to its hosts.',
    });
  }
});

test('[HT32] where some links stand and others do not, the gateway is there and unhealthy', async () => {
  const healthy = vi.spyOn(Link.prototype, 'healthy').mockImplementation(async function (this: Link) {
    return (Reflect.get(this, 'ctx') as DurableObjectState).id.name === 'link-0';
  });
  onTestFinished(() => healthy.mockRestore());
  const answer = await app.request('/1.0/status', {}, { ...env, LINKS: '2' });
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { type: 'sync', status: 'success', status_code: 200, metadata: { status: 'unhealthy' } },
  ]);
});

test('[HT30] what an account has is nobody else’s: another’s token finds none of it', async () => {
  await using the = await world();
  const { id } = await newSession(the.token, the.app, { joinable: true });
  await tell(the.host, id, 1, { type: 'active' });
  const { token } = await newAccount();
  for (const [method, path, body] of [
    ['GET', `/1.0/sessions/${id}`, undefined],
    ['DELETE', `/1.0/sessions/${id}`, undefined],
    ['DELETE', '/1.0/sessions', { ids: [id] }],
    ['POST', `/1.0/sessions/${id}/join`, undefined],
    ['POST', `/1.0/sessions/${id}/share`, { type: 'view' }],
    ['GET', `/1.0/shares/${id}000000`, undefined],
  ] as const) {
    const { httpStatus } = await ask(method, path, { token, ...(body === undefined ? {} : { body }) });
    expect([method, path, httpStatus]).toEqual([method, path, 404]);
  }
  expect(await ask('GET', '/1.0/sessions', { token })).toMatchObject({ metadata: [], total_size: 0 });
  expect((await ask('GET', `/1.0/sessions/${id}`, { token: the.token })).httpStatus).toBe(200);
});

test('[HT31] a HEAD is answered as a GET without its body, and says how long that would be', async () => {
  const { token } = await newAccount();
  const [get, head] = await Promise.all(
    ['GET', 'HEAD'].map((method) => request('/1.0/sessions', { method, headers: macaroon(token) })),
  );
  expect([head?.status, await head?.text()]).toEqual([200, '']);
  expect(head?.headers.get('content-length')).toBe(String((await get?.text())?.length));
});

test('[HT33] a method that an address does not have is 405, with those that it has in Allow, whoever asks', async () => {
  const { token } = await newAccount();
  const known = Object.groupBy(
    areas.flatMap((area) => area.endpoints),
    ({ path }) => path,
  );
  for (const [path, endpoints = []] of Object.entries(known)) {
    const has = new Set(endpoints.map(({ method }) => method.toUpperCase()));
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !has.has(each))) {
      const headers = method === 'PATCH' ? macaroon(token) : {};
      const answer = await request(path.replaceAll(/\{\w+\}/g, 'x'), { method, headers });
      const allowed = answer.headers.get('allow')?.split(', ') ?? [];
      const where = `${method} ${path}`;
      expect([answer.status, allowed.at(-1)], where).toEqual([405, 'OPTIONS']);
      expect(new Set(allowed.filter((each) => each !== 'HEAD' && each !== 'OPTIONS')), where).toEqual(has);
      const asked = await request(path.replaceAll(/\{\w+\}/g, 'x'), { method: 'HEAD' });
      expect(asked.status === 405, `HEAD ${path}`).toBe(!allowed.includes('HEAD'));
    }
  }
  expect((await request('/1.0/nothing', { method: 'PUT', headers: macaroon(token) })).status).toBe(404);
});

test('[HT34] a HEAD uses nothing up: where a GET would, it is 405', async () => {
  await using the = await world();
  const session = await newSession(the.token, the.app);
  const { pathname, search } = new URL(session.url);
  const upgraded = await request(`${pathname}${search}`, { method: 'HEAD' });
  expect([upgraded.status, upgraded.headers.get('allow')]).toEqual([405, 'GET, OPTIONS']);
  // Its token is as good as before.
  await openSocket(session.url);
  await tell(the.host, session.id, 1, { type: 'active' });
  const { metadata } = await ask('POST', `/1.0/sessions/${session.id}/share`, { token: the.token, body: { type: 'view' } });
  const { url } = SharePostData.parse(metadata);
  const stored = () =>
    runInDurableObject(env.ROOM.get(env.ROOM.idFromName(session.id)), (_room, { storage }) =>
      storage.sql.exec('SELECT body FROM room').toArray(),
    );
  const before = await stored();
  const connect = new URL(url);
  expect((await request(`${connect.pathname}${connect.search}`, { method: 'HEAD' })).status).toBe(405);
  expect(await stored()).toEqual(before);
});
