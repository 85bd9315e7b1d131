import { z } from 'zod';
import type { Quota } from '#shared/account.ts';
import { AppError } from '#shared/errors.ts';

/** Creations by the second in which they were: seconds since 1970 and how many, the oldest first. */
export const Creations = z.array(z.tuple([z.int(), z.int().min(1)]));
export type Creations = readonly (readonly [second: number, count: number])[];

/** What an account uses: sessions that live or are about to, and its creations of late. */
export interface Usage {
  readonly live: number;
  readonly creations: Creations;
}

export type Decision =
  | { ok: true; creations: Creations }
  /** `quota`: the one that is used up. */
  | { ok: false; quota: keyof Quota; retryAfterS: number };

const windowS = 60;

/** Nobody knows when a session will end: a client may ask again after so long. */
const retrySessionsS = 10;

/**
 * Decides whether an account may create one more session. In no minute are there more creations than the quota says: what was
 * created in a second counts until that whole second is a minute ago, so that a minute's worth of counts is all to be kept.
 *
 * @param nowMs milliseconds since 1970. Creations that seem to be later (the clock was set back) do not count.
 * @returns the creations with this one, or which quota is used up and after how many seconds to try again.
 */
export function decide(quota: Quota, usage: Usage, nowMs: number): Decision {
  const second = Math.floor(nowMs / 1000);
  const recent = usage.creations.filter(([at]) => at <= second && second - at <= windowS);
  if (usage.live >= quota.sessions) return { ok: false, quota: 'sessions', retryAfterS: retrySessionsS };
  const excess = recent.reduce((sum, [, count]) => sum + count, 1) - quota.creations_per_minute;
  if (excess > 0) return { ok: false, quota: 'creations_per_minute', retryAfterS: untilFreeS(recent, excess, nowMs) };
  const last = recent.at(-1);
  if (last?.[0] !== second) return { ok: true, creations: [...recent, [second, 1]] };
  return { ok: true, creations: [...recent.slice(0, -1), [second, last[1] + 1]] };
}

/** Whole seconds until so many of the creations have left the window; a minute where there never were so many. */
function untilFreeS(recent: Creations, excess: number, nowMs: number): number {
  let left = excess;
  for (const [at, count] of recent) {
    left -= count;
    if (left <= 0) return Math.ceil(at + 1 + windowS - nowMs / 1000);
  }
  return windowS;
}

/** The refusal, in words. */
export function quotaError({ quota, retryAfterS }: Extract<Decision, { ok: false }>, limits: Quota): AppError {
  const what = quota === 'sessions' ? 'sessions at once' : 'creations a minute';
  return new AppError('rate_limited', { message: `The account's quota of ${limits[quota]} ${what} is used up.`, retryAfterS });
}
