import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeBase64, encodeBase64 } from '#shared/base64.ts';
import { decode, decodeJson } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { SessionPost } from '#shared/gateway.ts';

const Point = z.object({ at: z.object({ x: z.int().max(9) }) });

/** The error that `work` throws. */
function failure(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('[WR8] text that is no JSON is refused by the name of what it was', () => {
  const error = failure(() => decodeJson(Point, '{"at":', 'body'));
  expect(error).toMatchObject({ code: 'invalid_request', status: 400, message: 'The body is not valid JSON.' });
});

test('[WR8] bytes that are no UTF-8 are refused, not patched up', () => {
  const bytes = new Uint8Array([0x22, 0xff, 0x22]);
  expect(failure(() => decodeJson(z.string(), bytes, 'frame')).message).toBe('The frame is not valid JSON.');
});

test('[FZ9] what is nested deeper than 64 levels is refused by the name of its field, before a schema walks through it', () => {
  const nested = (levels: number): string => `{"app":"a","extra_data":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  expect(decodeJson(SessionPost, nested(64), 'body').app).toBe('a');
  for (const levels of [65, 10_000, 200_000]) {
    expect(failure(() => decodeJson(SessionPost, nested(levels), 'body')).message).toBe(
      'The body is not valid: extra_data: is nested more than 64 levels deep.',
    );
  }
  // Wide is not deep.
  expect(decodeJson(z.json(), JSON.stringify(Array.from({ length: 50_000 }, () => [])), 'body')).toHaveLength(50_000);
});

test('[WR9] the message names the field that is wrong, by its path', () => {
  const error = failure(() => decode(Point, { at: { x: 10 } }, 'body'));
  expect(error.message).toMatch(/^The body is not valid: at\.x: .+\.$/);
  const post = failure(() => decodeJson(SessionPost, '{"app":"a","screen":{"width":0}}', 'body'));
  expect(post.message).toContain('screen.width');
});

test('[WR9] what is missing, has no value or is of another kind is told plainly', () => {
  const Named = z.object({ name: z.string(), way: z.enum(['in', 'out']) });
  const told = (value: object): string => failure(() => decode(Named, value, 'body')).message;
  expect(told({ way: 'in' })).toBe('The body is not valid: name: is missing: expected string.');
  expect(told({ name: null, way: 'in' })).toBe('The body is not valid: name: has no value: expected string.');
  expect(told({ name: 7, way: 'in' })).toBe('The body is not valid: name: expected string, received number.');
  expect(told({ name: 'a', way: 'up' })).toBe('The body is not valid: way: expected one of "in"|"out".');
  const message = (schema: z.ZodType, value: unknown): string => failure(() => decode(schema, value, 'body')).message;
  expect(message(z.object({ n: z.int().max(3) }), { n: 4 })).toBe(
    'The body is not valid: n: is too big: expected number to be <=3.',
  );
  expect(message(z.object({ s: z.string().min(1) }), { s: '' })).toBe(
    'The body is not valid: s: is too small: expected string to have >=1 characters.',
  );
  expect(message(z.object({ s: z.string().startsWith('/') }), { s: 'a' })).toBe('The body is not valid: s: must start with "/".');
});

test('[WR9] the message stays short, however long what came was', () => {
  const error = failure(() => decode(z.record(z.string(), z.int()), { ['k'.repeat(10_000)]: 'x' }, 'body'));
  expect(error.message.length).toBeLessThan(600);
});

test('[WR10] whatever comes is either data of the schema or an AppError, never another exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array()), (raw) => {
      try {
        const { at } = decodeJson(Point, raw, 'body');
        expect(Number.isSafeInteger(at.x)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
  );
});

test('[WR11] base64 gives every Latin-1 text back, and undefined for what is no base64', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }), (latin1) => {
      expect(decodeBase64(encodeBase64(latin1))).toBe(latin1);
    }),
  );
  expect(decodeBase64('not base64!')).toBeUndefined();
});
