import { expect, test } from 'vitest';
import { type AnswerToCheck, answers } from '#tests/support/api-answers.ts';

const json = new Headers({ 'content-type': 'application/json' });

const check = (answer: Partial<AnswerToCheck> & { body?: string }) => () =>
  answers.check({ method: 'GET', path: '/1.0/applications', status: 200, headers: json, body: '', ...answer });

const list = (change: object) => JSON.stringify({ type: 'sync', status: 'success', status_code: 200, metadata: [], ...change });

test('[OA5] an answer that is not as the document says fails whatever test asked for it', () => {
  expect(check({ body: list({}) })).not.toThrow();
  expect(
    check({
      body: list({ metadata: [{ name: 'a', versions: [{ version: 1, published: true }] }] }),
      path: '/1.0/applications/?api_token=x',
    }),
  ).not.toThrow();
  expect(check({ body: list({ metadata: [{ name: 1 }] }) })).toThrow('data/metadata/0/name must be string');
  expect(check({ body: list({ metadata: [{ name: 'a', secret: 1 }] }) })).toThrow('must NOT have additional properties');
  expect(check({ body: list({ total_size: 1 }) })).toThrow('must NOT have additional properties');
  expect(check({ body: list({ status_code: 201 }) })).toThrow('data/status_code must be equal to constant');
  expect(check({ body: list({}), path: '/1.0/sessions' })).toThrow("must have required property 'total_size'");
  expect(check({ body: list({}), status: 201 })).toThrow('the document has no such status');
  expect(check({ body: list({}), status: 500 })).toThrow('the document has no such status');
  expect(check({ body: list({}), headers: new Headers({ 'content-type': 'text/plain' }) })).toThrow('of the type "text/plain"');
});

test('[OA6] what the document does not know answers with an error in the envelope, never with 500', () => {
  const error = (status: number) => JSON.stringify({ type: 'error', status: 'failed', status_code: status, error: 'x' });
  expect(check({ path: '/nothing', status: 404, body: error(404) })).not.toThrow();
  expect(check({ path: '/nothing', method: 'OPTIONS', status: 204 })).not.toThrow();
  expect(check({ path: '/nothing', status: 404, body: error(400) })).toThrow('the document has nothing of this');
  expect(check({ path: '/nothing', status: 500, body: error(500) })).toThrow('the document has nothing of this');
  expect(check({ path: '/nothing', status: 200, body: list({}) })).toThrow('the document has nothing of this');
  const allow = new Headers({ allow: 'GET, HEAD, OPTIONS' });
  const put = { path: '/1.0/applications', method: 'PUT', body: error(405), status: 405 };
  expect(check({ ...put, headers: allow })).not.toThrow();
  expect(check(put)).toThrow('no 405 that says so');
  expect(check({ ...put, headers: allow, status: 404, body: error(404) })).toThrow('no 405 that says so');
});
