import type { Context } from 'hono';
import type { z } from 'zod';
import { decode, decodeJson } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';

/**
 * The body of a request, read against its schema. Bytes that are no UTF-8 are refused, not patched up.
 *
 * @throws AppError `invalid_request` that names the field that is wrong.
 */
export async function bodyOf<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  return decodeJson(schema, new Uint8Array(await c.req.arrayBuffer()), 'body');
}

/** The same for a body that may be absent: `{}` is read then. */
export async function optionalBodyOf<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
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
  if (repeated !== undefined) {
    throw new AppError('invalid_request', { message: `The query is not valid: ${repeated}: Given more than once.` });
  }
  return decode(schema, Object.fromEntries(known.map((name) => [name, query.get(name)])), 'query');
}
