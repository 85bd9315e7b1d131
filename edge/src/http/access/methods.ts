import type { Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { AppError } from '#shared/errors.ts';
import type { HttpEnv } from './auth.ts';

/** The methods that routes may have, in the order in which they are told. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Refuses a method that an address does not have, with those that it has (RFC 9110 section 15.5.6), before anything is asked of the
 * request. Addresses that are none at all are passed on.
 *
 * @param app whose routes count.
 */
export const knownMethod = (app: Hono<HttpEnv>) =>
  createMiddleware<HttpEnv>((c, next) => {
    if (matchedRoutes(c).some(({ method }) => method !== 'ALL')) return next();
    const allowed = methodsAt(app, c.req.path);
    return allowed.length === 0 ? next() : refuse(c, allowed);
  });

/** Refuses `HEAD`, which is answered as `GET` elsewhere: for what a `GET` uses up or makes. */
export const getOnly = createMiddleware<HttpEnv>((c, next) => (c.req.method === 'HEAD' ? refuse(c, ['GET']) : next()));

function methodsAt({ router }: Hono<HttpEnv>, path: string): string[] {
  return methods.flatMap((method) => {
    const routes = router.match(method, path)[0].map(([[, route]]) => route);
    if (routes.every((route) => route.method === 'ALL')) return [];
    const hasHead = method === 'GET' && routes.every(({ handler }) => handler !== getOnly);
    return hasHead ? [method, 'HEAD'] : [method];
  });
}

function refuse(c: Context<HttpEnv>, allowed: readonly string[]): never {
  const allow = [...allowed, 'OPTIONS'].join(', ');
  c.header('allow', allow);
  throw new AppError('method_not_allowed', { message: `This address knows ${allow}, not ${c.req.method}.` });
}
