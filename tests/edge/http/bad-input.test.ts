import { createExecutionContext } from 'cloudflare:test';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { app } from '#edge/http/app.ts';
import { areas } from '#edge/http/openapi/areas.ts';
import type { Endpoint } from '#edge/http/openapi/endpoint.ts';
import { env } from '#tests/edge/link/support.ts';
import { ask, newAccount, origin, request } from '#tests/edge/support.ts';
import { bodyLike } from '#tests/fuzz/bodies.ts';
import { hostileBytes, hostileText, hostileValue } from '#tests/fuzz/hostile.ts';

const endpoints = areas.flatMap((area) => area.endpoints).filter(({ answers }) => answers.every(({ status }) => status !== 101));
const named = (one: Endpoint): string => `${one.method.toUpperCase()} ${one.path}`;
const withBody = endpoints.filter(({ body }) => body !== undefined);
const withQuery = endpoints.filter(({ params }) => params?.query !== undefined);
const withPath = endpoints.filter(({ params }) => params?.path !== undefined);

const lengths: Readonly<Record<string, number>> = { peer: 12, name: 12 };

/** The path with ids that can be right and that nobody has. */
const filled = (path: string, value?: () => string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => value?.() ?? '0'.repeat(path.includes('/shares/') ? 26 : (lengths[name] ?? 20)));

/** Calls as whoever may; every answer is checked against the document, which knows no 500. */
async function call(endpoint: Endpoint, path: string, body?: BodyInit): Promise<{ status: number; error: string }> {
  const token = endpoint.access === 'admin' ? env.ADMIN_SECRET : account.token;
  const headers = { authorization: `Bearer ${token}`, 'content-type': endpoint.body?.mediaType ?? 'application/json' };
  const init = { method: endpoint.method.toUpperCase(), headers, redirect: 'manual' as const };
  const response = await request(path, body === undefined ? init : { ...init, body });
  const text = await response.text();
  return {
    status: response.status,
    error: text.startsWith('{"type":"error"') ? z.object({ error: z.string() }).parse(JSON.parse(text)).error : '',
  };
}

/** Dots are no segment but a way up (WHATWG URL, "double-dot URL path segment"). */
const isSegment = (text: string): boolean => !/^\.{1,2}$/.test(text);

/** Whether every parameter of the path may be this. */
const isRight = ({ params }: Endpoint, text: string): boolean =>
  Object.values(params?.path?.shape ?? {}).every((schema) => z.safeParse(schema, text).success);

const account = await newAccount();
const runs = { numRuns: 60 };

test.each(withBody.map((it) => [named(it), it] as const))(
  '[FZ1] %s: a body with a wrong field is 4xx and names the field',
  async (_, endpoint) => {
    const schema = endpoint.body?.schema;
    if (!(schema instanceof z.ZodObject)) return;
    const wrong = fc.oneof(
      bodyLike(schema),
      fc
        .tuple(bodyLike(schema), fc.constantFrom(...Object.keys(schema.shape)), hostileValue)
        .map(([body, key, value]) => Object.assign({}, body, { [key]: value })),
    );
    await fc.assert(
      fc.asyncProperty(wrong, async (body) => {
        const read = schema.safeParse(body);
        const { status, error } = await call(endpoint, filled(endpoint.path), JSON.stringify(body));
        expect(status).toBeLessThan(500);
        if (read.success) return;
        expect([400, 404]).toContain(status);
        const field = read.error.issues[0]?.path.map(String).join('.') ?? '';
        if (status === 400) expect(error).toContain(`The body is not valid: ${field}`);
      }),
      runs,
    );
  },
);

test.each(withBody.map((it) => [named(it), it] as const))(
  '[FZ2] %s: a body that is no JSON, too deep, too large or no UTF-8 is 4xx',
  async (_, endpoint) => {
    await fc.assert(
      fc.asyncProperty(hostileBytes, async (body) => {
        const { status } = await call(endpoint, filled(endpoint.path), body);
        expect(status).toBeLessThan(500);
      }),
      runs,
    );
    const huge = await call(endpoint, filled(endpoint.path), new Uint8Array(10 * 1024 * 1024).fill(0x5b));
    expect(huge.status).toBe(413);
    const endless = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(new Uint8Array(64 * 1024).fill(0x20)) });
    expect((await call(endpoint, filled(endpoint.path), endless)).status).toBe(413);
  },
);

test('[FZ2] a body that breaks off is 400, whether it said how long it would be or not', async () => {
  for (const length of [{}, { 'content-length': '100' }]) {
    const body = new ReadableStream<Uint8Array>({ pull: (to) => to.error(new Error('the client has gone')) });
    const headers = { authorization: `Bearer ${account.token}`, ...length };
    // Not by way of the platform, which would make an end of the break.
    const broken = new Request(`${origin}/1.0/config`, { method: 'PATCH', headers, body });
    const answer = await app.fetch(broken, env, createExecutionContext());
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('The body could not be read to its end.'),
    ]);
  }
});

test.each(withQuery.map((it) => [named(it), it] as const))(
  '[FZ3] %s: a query that is wrong or given twice is 4xx and names the parameter',
  async (_, endpoint) => {
    const schema = endpoint.params?.query ?? z.object({});
    const names = Object.keys(schema.shape);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), hostileText, async (name, value) => {
        const query = new URLSearchParams({ [name]: value });
        const { status, error } = await call(endpoint, `${filled(endpoint.path)}?${query}`);
        expect(status).toBeLessThan(500);
        const given = query.get(name);
        if (!schema.safeParse({ [name]: given }).success && status === 400) expect(error).toMatch(/valid: /);
      }),
      runs,
    );
    for (const name of names.filter((each) => each === 'limit' || each === 'offset')) {
      for (const value of ['', '%20', '+1', '%2B1', '0x10', '1e2', '1.0', '-1', 'NaN', '%D9%A1', '9'.repeat(400)]) {
        const { status, error } = await call(endpoint, `${filled(endpoint.path)}?${name}=${value}`);
        expect({ value, status, error }).toEqual({ value, status: 400, error: expect.stringContaining(`not valid: ${name}: `) });
      }
    }
    for (const name of names) {
      const { status, error } = await call(endpoint, `${filled(endpoint.path)}?${name}=1&${name}=1`);
      expect([400, 404]).toContain(status);
      if (status === 400) expect(error).toContain(name);
    }
  },
);

test.each(withPath.map((it) => [named(it), it] as const))(
  '[FZ4] %s: a path that can not be right is 4xx',
  async (_, endpoint) => {
    await fc.assert(
      fc.asyncProperty(hostileText.filter(isSegment), async (text) => {
        const segment = encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2e').slice(0, 8000);
        const { status } = await call(
          endpoint,
          filled(endpoint.path, () => segment || '%20'),
        );
        // A name may be right, and be that of an account by now.
        if (!isRight(endpoint, text)) expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      runs,
    );
  },
);

test('[FZ5] a token that is nonsense is 401, whatever it is made of', async () => {
  const nonsense = hostileText.filter((text) => !/[^\x21-\x7e]/.test(text) && text !== '');
  const names = fc.constantFrom('Bearer ', 'Macaroon root=', 'Basic ', '', 'Bearer Bearer ');
  await fc.assert(
    fc.asyncProperty(names, nonsense, async (scheme, text) => {
      expect((await request('/1.0/sessions', { headers: { authorization: `${scheme}${text}` } })).status).toBe(401);
      expect((await request(`/1.0/sessions?api_token=${encodeURIComponent(text)}`)).status).toBe(401);
    }),
    runs,
  );
  const { token } = account;
  const tokens = endpoints.filter(({ access }) => access !== 'nobody' && access !== 'own-token');
  for (const { method, path, body } of tokens) {
    const headers = { 'content-type': body?.mediaType ?? 'application/json' };
    const twice = await request(`${filled(path)}?api_token=${token}&api_token=x`, { method: method.toUpperCase(), headers });
    expect([path, twice.status, await twice.text()]).toEqual([
      path,
      400,
      expect.stringContaining('api_token: is given more than once.'),
    ]);
  }
});

test('[FZ6] a method, a path or a header that nobody expects is 4xx in the envelope', async () => {
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');
  const path = fc.oneof(
    fc.array(
      fc.constantFrom(
        '1.0',
        'sessions',
        'session',
        'sockets',
        'slave',
        'join',
        '..',
        '',
        '%2e%2e',
        'accounts',
        '__proto__',
        '0'.repeat(20),
      ),
      { maxLength: 6 },
    ),
    fc.array(hostileText, { maxLength: 3 }).map((parts) => parts.map((part) => encodeURIComponent(part.toWellFormed()))),
  );
  await fc.assert(
    fc.asyncProperty(method, path, async (verb, parts) => {
      const headers = { authorization: 'Bearer x', upgrade: 'h2c' };
      const response = await request(`/1.0/${parts.join('/')}`.slice(0, 8000), { method: verb, headers });
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 150 },
  );
});

test('[FZ11] what is wrong is told in plain words: a body or a field that is missing, and text that is none', async () => {
  const { token } = account;
  const told = async (method: string, path: string, body?: string): Promise<[number, string | undefined]> => {
    const { httpStatus, error } = await ask(method, path, { token, ...(body === undefined ? {} : { body }) });
    return [httpStatus, error];
  };
  for (const nothing of [undefined, '', ' \n']) {
    expect(await told('POST', '/1.0/sessions', nothing)).toEqual([400, 'The body is missing.']);
  }
  expect(await told('POST', '/1.0/sessions', '{}')).toEqual([400, 'The body is not valid: app: is missing: expected string.']);
  const id = `${'0'.repeat(20)}000000`;
  for (const half of ['\\ud800', 'a\\udc00b']) {
    const body = `{"type":"view","description":"${half}"}`;
    const refused = [400, 'The body is not valid: description: has half a surrogate pair, which is no character.'];
    expect(await told('POST', `/1.0/sessions/${'0'.repeat(20)}/share`, body)).toEqual(refused);
    expect(await told('PATCH', `/1.0/shares/${id}`, body)).toEqual(refused);
  }
  expect(await told('PATCH', `/1.0/shares/${id}`, '{"description":"\\ud83d\\ude00"}')).toEqual([404, 'There is no such share.']);
});
