import type { z } from 'zod';
import { AppError, type ErrorCode } from './errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Reads JSON from outside against a schema: the only place where text becomes data.
 *
 * @param what names the thing in the message: `body`, `message`, `offer`.
 * @throws AppError `invalid_request` (or `code`) that names the first field that is wrong.
 */
export function decodeJson<T extends z.ZodType>(
  schema: T,
  raw: string | Uint8Array,
  what: string,
  code: ErrorCode = 'invalid_request',
): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(typeof raw === 'string' ? raw : decoder.decode(raw));
  } catch (cause) {
    throw new AppError(code, { message: `The ${what} is not valid JSON.`, cause });
  }
  return decode(schema, value, what, code);
}

/** The same for a value that is parsed already: a query, the fields of a form, a file of configuration. */
export function decode<T extends z.ZodType>(
  schema: T,
  value: unknown,
  what: string,
  code: ErrorCode = 'invalid_request',
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError(code, { message: `The ${what} is not valid: ${describeIssue(result.error)}.`, cause: result.error });
}

/** Says what is wrong with the first field that is: `screen.width: Too small: expected number to be >=1`. */
function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'unknown';
  const path = issue.path.map(String).join('.').slice(0, 100);
  return path === '' ? issue.message.slice(0, 300) : `${path}: ${issue.message.slice(0, 300)}`;
}
