import { AppError } from '#shared/errors.ts';
import type { SharePost } from '#shared/shares.ts';

/** A share lives for so long at most. */
export const maxShareMs = 30 * 24 * 3600 * 1000;

/**
 * When a share is to expire.
 *
 * @param defaultH hours, where nothing is said of it.
 * @param now milliseconds since 1970.
 * @returns milliseconds since 1970.
 * @throws AppError `invalid_request` where it is over already, or too far away.
 */
export function expiryOf(
  { expiry_at: atS, expiry_min: minutes }: Pick<SharePost, 'expiry_at' | 'expiry_min'>,
  defaultH: number,
  now: number,
): number {
  if (atS !== undefined) return checkExpiry(atS, now);
  const afterMs = minutes === undefined ? defaultH * 3_600_000 : minutes * 60_000;
  if (afterMs > maxShareMs) throw tooLate('expiry_min');
  return now + afterMs;
}

/** The same for a time that is given in seconds since 1970. */
export function checkExpiry(atS: number, now: number): number {
  const atMs = atS * 1000;
  if (atMs <= now) throw new AppError('invalid_request', { message: 'The body is not valid: expiry_at: is over already.' });
  if (atMs > now + maxShareMs) throw tooLate('expiry_at');
  return atMs;
}

const tooLate = (field: string): AppError =>
  new AppError('invalid_request', { message: `The body is not valid: ${field}: is more than 30 days away.` });
