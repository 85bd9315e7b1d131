import type { Context } from 'hono';
import type { z } from 'zod';
import { decode, decodeJson } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { bytesOf } from './body.ts';

/**
 * The body of a request, read against its schema. Bytes that are no UTF-8 are refused, not patched up.
 *
 * @throws AppError `invalid_request` that names the field that is wrong.
 */
export async function bodyOf<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const bytes = await bytesOf(c);
  if (bytes.every(isSpace)) throw new AppError('invalid_request', { message: 'The body is missing.' });
  return decodeJson(schema, bytes, 'body');
}

/** The same for a body that may be absent: `{}` is read then. */
export async function optionalBodyOf<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const bytes = await bytesOf(c);
  return bytes.every(isSpace) ? decode(schema, {}, 'body') : decodeJson(schema, bytes, 'body');
}

/** What JSON takes for space (RFC 8259 section 2). */
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/**
 * The query of a request, read against its schema. A parameter that is given twice is refused: nobody could say which counts.
 *
 * @throws AppError `invalid_request` that names the parameter that is wrong.
 */
export function queryOf<T extends z.ZodObject>(c: Context, schema: T): z.output<T> {
  const query = new URL(c.req.url).searchParams;
  const known = Object.keys(schema.shape).filter((name) => query.has(name));
  const repeated = known.find((name) => query.getAll(name).length > 1);
  if (repeated !== undefined) throw givenTwice(repeated);
  return decode(schema, Object.fromEntries(known.map((name) => [name, query.get(name)])), 'query');
}

/** What is wrong with a parameter of the query that is given more than once. */
export const givenTwice = (name: string): AppError =>
  new AppError('invalid_request', { message: `The query is not valid: ${name}: is given more than once.` });
