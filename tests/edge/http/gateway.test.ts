import { expect, test } from 'vitest';
import { unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, request, startHost } from '#tests/edge/support.ts';

test('[HT1] a path that leads nowhere answers 404 in the envelope', async () => {
  expect(await ask('GET', '/1.0/nothing/here')).toMatchObject({
    ...{ status: 'failed', status_code: 404, type: 'error', code: 'not_found' },
    error: 'There is nothing at GET /1.0/nothing/here.',
  });
});

test('[HT35] an answer says its code, which tells apart what shares a status', async () => {
  const { token } = await newAccount();
  const where = { app: unique('app'), region: unique('region') };
  await using host = await startHost(where);
  await host.unsubscribe();
  const nowhere = await ask('GET', '/1.0/nothing', { token });
  const full = await ask('POST', '/1.0/sessions', { token, body: where });
  const nobody = await ask('POST', '/1.0/sessions', { token, body: { ...where, app: unique('nowhere') } });
  expect([nowhere, full, nobody]).toMatchObject([
    { status_code: 404, code: 'not_found' },
    { status_code: 404, code: 'no_host' },
    { status_code: 404, code: 'unknown_application' },
  ]);
});

test('[HT2] a browser may call the API from any page: preflight and answers carry CORS headers, errors too', async () => {
  const preflight = await request('/1.0/sessions/', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toBe(
    'authorization,content-type,idempotency-key,if-match,traceparent,tracestate',
  );
  expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE');
  expect(preflight.headers.get('access-control-max-age')).toBe('86400');
  for (const path of ['/1.0/sessions', '/1.0/nothing']) {
    const { headers } = await request(path, { headers: { origin: 'https://page.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  }
});

test('[HT3] a body that is not JSON, or has a wrong field, is 400 and names what is wrong', async () => {
  const { token } = await newAccount();
  const post = (body: unknown) => ask('POST', '/1.0/sessions/', { token, body });
  expect(await post('{"app":')).toMatchObject({ status_code: 400, error: 'The body is not valid JSON.' });
  expect(await post('')).toMatchObject({ status_code: 400, error: 'The body is missing.' });
  expect((await post({})).error).toMatch(/^The body is not valid: app: /);
  expect((await post({ app: 'a', screen: { width: 5000 } })).error).toMatch(/^The body is not valid: screen\.width: /);
  expect((await post({ app: 'a', idle_time_min: -1 })).error).toMatch(/^The body is not valid: idle_time_min: /);
});

test('[HT4] a body over 64 KiB is 413', async () => {
  const { token } = await newAccount();
  const body = JSON.stringify({ app: 'a', extra_data: 'x'.repeat(64 * 1024) });
  expect(await ask('POST', '/1.0/sessions', { token, body })).toMatchObject({
    status_code: 413,
    error: 'The body is larger than 65536 bytes.',
  });
});

test('[HT5] without a valid account token the answer is 401', async () => {
  const { token } = await newAccount();
  const changed = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  for (const wrong of [undefined, 'nonsense', 'fp_a.b.c', changed]) {
    const options = wrong === undefined ? {} : { token: wrong };
    expect(await ask('GET', '/1.0/sessions', options)).toMatchObject({ status_code: 401, error: 'A valid token is needed.' });
  }
});

test('[HT6] a token is taken as a macaroon in any case, as a bearer, or from the query', async () => {
  const { token } = await newAccount();
  const status = async (path: string, authorization?: string) =>
    (await request(path, { headers: authorization === undefined ? {} : { authorization } })).status;
  expect(await status('/1.0/sessions', `macaroon ROOT=${token}`)).toBe(200);
  expect(await status('/1.0/sessions/', `MACAROON root=${token}`)).toBe(200);
  expect(await status('/1.0/sessions', `bearer ${token}`)).toBe(200);
  expect(await status(`/1.0/sessions?api_token=${token}`)).toBe(200);
  expect(await status('/1.0/sessions', `Basic ${token}`)).toBe(401);
});

test('[HT7] an id that can not be one is 400, one that nobody has is 404', async () => {
  const { token } = await newAccount();
  for (const [method, end] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/join'],
  ] as const) {
    const bad = await ask(method, `/1.0/sessions/Bad-Id${end}`, { token });
    expect(bad).toMatchObject({ status_code: 400, error: expect.stringMatching(/^The session id is not valid: /) });
    const unknown = await ask(method, `/1.0/sessions/${'0'.repeat(20)}${end}`, { token });
    expect(unknown).toMatchObject({ status_code: 404, error: 'There is no such session.' });
  }
});

test('[HT8] the status says only how the gateway is, and more to an account', async () => {
  const { token } = await newAccount();
  expect((await ask('GET', '/1.0/status')).metadata).toEqual({ status: 'healthy' });
  expect((await ask('GET', '/1.0/status', { token })).metadata).toEqual({
    ...{ status: 'healthy', hosts: expect.any(Number), slots: expect.any(Number), used: expect.any(Number) },
    warm: expect.any(Number),
  });
  expect((await ask('GET', '/1.0/status', { token: 'wrong' })).status_code).toBe(401);
});

test('[HT9] a query that is not valid is 400', async () => {
  const { token } = await newAccount();
  for (const query of ['limit=0', 'offset=-1', 'status=lost', 'sort_order=up', 'recursion=perhaps']) {
    const { status_code, error } = await ask('GET', `/1.0/sessions?${query}`, { token });
    expect([status_code, error]).toEqual([400, expect.stringContaining(`The query is not valid: ${query.split('=')[0]}: `)]);
  }
});

test('[HT10] a signalling address without an upgrade is 400', async () => {
  const answer = await ask('GET', `/1.0/sessions/${'0'.repeat(20)}/sockets/slave?token=x`);
  expect(answer).toMatchObject({ status_code: 400, error: 'This address is for WebSockets only.' });
});
