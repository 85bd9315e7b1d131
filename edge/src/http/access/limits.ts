import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { consoleLogger } from '#edge/log.ts';
import { AppError } from '#shared/errors.ts';
import { addressKey } from './limits-address.ts';

/** What is needed of a request: hono's context has it. */
interface Asker {
  readonly env: Env;
  readonly req: { header(name: string): string | undefined };
}

/** What each limit says when it is reached; the limits themselves are bindings of the same names (wrangler.toml). */
const messages = {
  FAILED_TOKENS: 'Too many requests without a valid token came from this address.',
  ADMIN_CALLS: 'Too many requests with the admin secret came from this address.',
  UPGRADES: 'Too many sockets were opened from this address.',
} as const satisfies Partial<Record<keyof Env, string>>;

/** The period of all limits, in seconds. The platform does not tell how much of it is left. */
const periodS = 60;

/**
 * Counts a request against its address.
 *
 * @throws AppError `rate_limited` where the address has reached the limit.
 */
export async function limit(c: Asker, which: keyof typeof messages): Promise<void> {
  const { rateLimits, logLevel } = configOf(c.env);
  const limiter = c.env[which];
  // The platform alone sets this header; where nobody did, nobody can be told from anybody.
  const address = c.req.header('cf-connecting-ip');
  if (!rateLimits || limiter === undefined || address === undefined) return;
  let isWithin = true;
  try {
    ({ success: isWithin } = await limiter.limit({ key: addressKey(address) }));
  } catch (error) {
    // Better no limit than no service.
    consoleLogger(logLevel, { limit: which }).warn('limit.failed', { error });
  }
  if (!isWithin) throw new AppError('rate_limited', { message: messages[which], retryAfterS: periodS });
}

/**
 * Runs the check of a token. A request that fails it counts against its address.
 *
 * @throws AppError what the check throws; `rate_limited` instead of `unauthorized` where that was so too often.
 */
export async function countingFailures<T>(c: Asker, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthorized') await limit(c, 'FAILED_TOKENS');
    throw error;
  }
}
