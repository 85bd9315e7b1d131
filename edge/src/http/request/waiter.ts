import type { Context } from 'hono';
import type { Waiter } from '#edge/soon.ts';

const nobody: Waiter = { waitUntil: () => undefined };

/** What keeps work alive after the answer; where the application is called without a platform around it, nothing does. */
export function waiterOf(c: Context): Waiter {
  try {
    return c.executionCtx;
  } catch {
    return nobody;
  }
}
