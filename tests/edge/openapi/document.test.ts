import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { app } from '#edge/http/app.ts';
import { areas } from '#edge/http/openapi/areas.ts';
import { openApiDocument } from '#edge/http/openapi/document.ts';
import { rowsOf } from '#edge/http/openapi/schema-rows.ts';
import { decodeJson } from '#shared/decode.ts';
import { request } from '#tests/edge/support.ts';
import { bodyLike } from '#tests/fuzz/bodies.ts';

const endpoints = areas.flatMap((area) => area.endpoints);

test('[OA1] the document is served without a token, names each operation once, and every reference in it leads somewhere', async () => {
  const response = await request('/openapi.json');
  expect(response.status).toBe(200);
  const text = await response.text();
  const document = decodeJson(z.looseObject({ openapi: z.string() }), text, 'document');
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(new Set(endpoints.map(({ id }) => id)).size).toBe(endpoints.length);
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer = '']) => pointer.split('/'));
  expect(references.length).toBeGreaterThan(3);
  for (const pointer of references) {
    const found = pointer.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
    expect(found, pointer.join('/')).toBeTypeOf('object');
  }
});

/** The paths that a route serves: one that lists what a segment may be serves each of them. */
function pathsOf(route: string): string[] {
  const [, before, name, choices, after = ''] = /^(.*?):(\w+)(?:\{([^}]*)\})?(.*)$/.exec(route) ?? [];
  if (before === undefined) return [route.replace(/(.)\/$/, '$1')];
  const segments = choices === undefined ? [`{${name}}`] : choices.replace(/^(\w+)s\?$/, '$1s|$1').split('|');
  return pathsOf(after).flatMap((rest) => segments.map((segment) => `${before}${segment}${rest}`));
}

test('[OA2] every route is described, and what is described is a route', () => {
  const routes = app.routes
    .filter(({ method }) => method !== 'ALL')
    .flatMap(({ method, path }) => pathsOf(path).map((each) => `${method} ${each}`));
  const described = endpoints.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(new Set(described)).toEqual(new Set(routes));
});

test('[OA3] a path names its parameters, and the parameters are in the path', () => {
  for (const { method, path, params } of endpoints) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(params?.path?.shape ?? {}), `${method} ${path}`).toEqual(named);
  }
});

test('[OA10] every parameter and every field of a body says what it is for', () => {
  const document = openApiDocument();
  const silent = endpoints.flatMap(({ method, path }) => {
    const { parameters = [], requestBody } = document.paths?.[path]?.[method] ?? {};
    const contents = requestBody !== undefined && 'content' in requestBody ? Object.values(requestBody.content) : [];
    const fields = contents.flatMap(({ schema = {} }) => rowsOf(schema, document));
    const named = parameters.flatMap((each) => ('in' in each ? [{ name: each.name, description: each.description ?? '' }] : []));
    return [...named, ...fields].filter((each) => each.description === '').map(({ name }) => `${method} ${path}: ${name}`);
  });
  expect(silent).toEqual([]);
  expect(rowsOf({ $ref: '#/components/schemas/SessionPost' }, document).length).toBeGreaterThan(10);
});

test('[OA4] the document takes and refuses the same bodies as the routes', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ ...openApiDocument(), $id: 'api' });
  let taken = 0;
  let refused = 0;
  for (const { method, path, body } of endpoints) {
    if (body === undefined || (body.mediaType ?? 'application/json') !== 'application/json') continue;
    const pointer = ['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'];
    const fragment = pointer.map((part) => encodeURIComponent(part.replaceAll('/', '~1'))).join('/');
    const validate = ajv.compile({ $ref: `api#/${fragment}` });
    fc.assert(
      fc.property(bodyLike(body.schema), (value) => {
        const isRead = body.schema.safeParse(value).success;
        expect(validate(value), JSON.stringify(value)).toBe(isRead);
        if (isRead) taken += 1;
        else refused += 1;
      }),
      { numRuns: 300 },
    );
  }
  // Both happened: else nothing would be compared.
  expect(Math.min(taken, refused)).toBeGreaterThan(50);
});

test('[OA9] what a parameter is taken for where it is left out stands in the document', () => {
  const paths: Record<string, unknown> = { ...openApiDocument().paths };
  const Described = z.record(
    z.string(),
    z.looseObject({
      parameters: z
        .array(z.object({ in: z.string(), name: z.string(), schema: z.looseObject({ default: z.json().optional() }) }))
        .default([]),
    }),
  );
  const found = endpoints.flatMap(({ method, path, params }) => {
    const described = Described.parse(paths[path])[method]?.parameters.filter((each) => each.in === 'query') ?? [];
    return Object.entries(params?.query?.shape ?? {}).map(([name, schema]) => {
      const value = z.json().optional().parse(schema.safeParse(undefined).data);
      expect(described.find((each) => each.name === name)?.schema.default, `${method} ${path} ${name}`).toEqual(value);
      return value;
    });
  });
  expect(found).toEqual(expect.arrayContaining([false, true, 0, 'created_at', 'asc']));
});
