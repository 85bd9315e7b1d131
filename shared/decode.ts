import type { z } from 'zod';
import { AppError, type ErrorCode } from './errors.ts';
import { plainWords } from './plain-words.ts';

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
  refuseDeep(value, what, code);
  return decode(schema, value, what, code);
}

/** Deeper than anything that is sent here: what walks over data by recursion must not run out of stack. */
const maxDepth = 64;

function refuseDeep(value: unknown, what: string, code: ErrorCode): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!isDeeper(inner, maxDepth - 1)) continue;
    const message = `The ${what} is not valid: ${key.slice(0, 100)}: is nested more than ${maxDepth} levels deep.`;
    throw new AppError(code, { message });
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
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

/** Says what is wrong with the first field that is: `app: is missing: expected string`. */
function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'unknown';
  const path = issue.path.map(String).join('.').slice(0, 100);
  const message = plainWords(issue.message).slice(0, 300);
  return path === '' ? message : `${path}: ${message}`;
}
