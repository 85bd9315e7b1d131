import fc from 'fast-check';
import { z } from 'zod';
import { areas } from '#edge/http/openapi/areas.ts';
import type { Endpoint } from '#edge/http/openapi/endpoint.ts';
import { bodyLike } from './bodies.ts';
import { hostileBytes, hostileText, hostileValue } from './hostile.ts';

/** A request of the fuzz run. `who`: whose token it shows. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly who: 'account' | 'admin' | 'nobody' | 'hostile';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

const endpoints = areas.flatMap((area) => area.endpoints).filter(({ answers }) => answers.every(({ status }) => status !== 101));

/** Requests that are nearly right, and some that are nothing like it. `ids`: what is there to be found. */
export function requestLike(ids: readonly string[]): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...endpoints).chain((endpoint) => requestTo(endpoint, ids)) },
    { weight: 1, arbitrary: strayRequest },
  );
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2e').slice(0, 3000);

function requestTo(endpoint: Endpoint, ids: readonly string[]): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      segments: segmentsOf(endpoint, ids),
      who: whoever(endpoint),
      query: queryOf(endpoint),
      headers: someHeaders,
      body: bodyOf(endpoint),
    })
    .map(({ segments, who, query, headers, body }) => ({
      method: endpoint.method.toUpperCase(),
      path: `${endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name) => segments[name] || '%20')}${query === '' ? '' : `?${query}`}`,
      who,
      headers: { 'content-type': endpoint.body?.mediaType ?? 'application/json', ...headers },
      body: endpoint.method === 'get' ? undefined : body,
    }));
}

/** What each parameter of the path may be: an id of something that is there or not, or nothing that could be one. */
function segmentsOf({ path }: Endpoint, ids: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    id: path.startsWith('/1.0/shares') ? ['0'.repeat(26), ...ids.map((id) => `${id}000000`)] : ['0'.repeat(20), ...ids],
    peer: ['0'.repeat(12)],
    name: ['nobody', 'fuzz-1'],
  };
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const one = (name: string): fc.Arbitrary<string> =>
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...(kinds[name] ?? ['x'])) }, hostileText.map(encoded));
  return fc.record(Object.fromEntries(names.map((name) => [name, one(name)])));
}

function whoever({ access }: Endpoint): fc.Arbitrary<FuzzRequest['who']> {
  const right = access === 'admin' ? 'admin' : 'account';
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant<FuzzRequest['who']>(right) },
    fc.constantFrom<FuzzRequest['who'][]>('nobody', 'hostile', 'account', 'admin'),
  );
}

/** Parameters that are known, with values of all kinds, some given twice; and some that nobody knows. */
function queryOf({ params }: Endpoint): fc.Arbitrary<string> {
  const names = fc.constantFrom(...Object.keys(params?.query?.shape ?? {}), 'x', '__proto__', 'api_token', 'constructor');
  const value = fc.oneof(
    hostileText,
    fc.constantFrom('true', 'false', '1', '0', '10', 'asc', 'active', 'view', 'control', '0'.repeat(20)),
  );
  return fc
    .array(fc.tuple(names, value), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed()).slice(0, 2000)}`).join('&'));
}

function bodyOf({ body }: Endpoint): fc.Arbitrary<Uint8Array | undefined> {
  const schema = body?.schema ?? z.object({});
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const asBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value) ?? '');
  const oneWrong = fc
    .tuple(bodyLike(schema), fc.constantFrom(...keys, 'x'), hostileValue)
    .map(([value, key, wrong]) => asBytes(Object.assign({}, value, { [key]: wrong })));
  return fc.oneof(
    { weight: 4, arbitrary: bodyLike(schema).map(asBytes) },
    { weight: 3, arbitrary: oneWrong },
    { weight: 2, arbitrary: hostileBytes },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** What a header may hold at all (RFC 9110 section 5.5). */
const headerText = hostileText.map((text) =>
  text
    .replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '')
    .trim()
    .slice(0, 500),
);

const someHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'idempotency-key',
    'if-match',
    'accept',
    'traceparent',
    'content-type',
    'origin',
    'x-forwarded-for',
    'cf-connecting-ip',
  ),
  headerText,
  { maxKeys: 2 },
);

const strayRequest: fc.Arbitrary<FuzzRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
  path: fc.array(hostileText.map(encoded), { maxLength: 5 }).map((parts) => `/1.0/${parts.join('/')}`.slice(0, 6000)),
  who: fc.constantFrom<FuzzRequest['who'][]>('account', 'nobody', 'hostile'),
  headers: someHeaders,
  body: fc.constant(undefined),
});
