import type { Context } from 'hono';
import type { IdempotencyKey } from '#edge/account/keys.ts';
import { sha256 } from '#edge/digest.ts';
import { AppError } from '#shared/errors.ts';
import { bytesOf } from './body.ts';

const maxLength = 255;

/**
 * Reads an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header section 2.1): a string of a structured field (RFC 9651
 * section 3.3.3), or the bare text that most clients send; the two name the same key.
 *
 * @throws AppError `invalid_request` where it is not 1 to 255 visible ASCII characters.
 */
export function parseIdempotencyKey(header: string): string {
  const text = header.trim();
  const key = text.startsWith('"') ? unquoted(text) : text;
  if (key !== undefined && key.length <= maxLength && /^[\x21-\x7e]+$/.test(key)) return key;
  const message = `The Idempotency-Key must be 1 to ${maxLength} visible ASCII characters, in double quotes or without.`;
  throw new AppError('invalid_request', { message });
}

/** What is within the quotes; undefined where they, or the backslashes, are not as they should be. */
function unquoted(text: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  return inner?.replaceAll(/\\(["\\])/g, '$1');
}

/** The key of a request, if it has one, and what tells its body from another's. @throws AppError `invalid_request`. */
export async function idempotencyKeyOf(c: Context): Promise<IdempotencyKey | undefined> {
  const header = c.req.header('idempotency-key');
  if (header === undefined) return undefined;
  return { text: parseIdempotencyKey(header), fingerprint: await sha256(new TextDecoder().decode(await bytesOf(c))) };
}
