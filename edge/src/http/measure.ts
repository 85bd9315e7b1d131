import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { Recorder, type Waiter } from '#edge/metrics/recorder.ts';
import type { HttpEnv } from './auth.ts';

/** What this isolate has counted. */
export const recorder = new Recorder();

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PUT']);

/** Counts every request, in memory: nothing of it is waited for. Comes first, so that it sees every answer. */
export const measured = createMiddleware<HttpEnv>(async (c, next) => {
  const startedMs = Date.now();
  recorder.begin();
  let status = 500;
  let responseBytes = 0;
  try {
    await next();
    status = c.res.status;
    responseBytes = lengthIn(c.res.headers.get('content-length'));
  } finally {
    const method = methods.has(c.req.method) ? c.req.method : 'other';
    const requestBytes = lengthIn(c.req.header('content-length'));
    recorder.end({ method, route: routeOf(c), status, tookMs: Date.now() - startedMs, requestBytes, responseBytes });
    const waiter = waiterOf(c);
    if (waiter !== undefined) recorder.flushSoon(c.env, waiter);
  }
});

const lengthIn = (header: string | null | undefined): number => Number(header ?? 0) || 0;

const written = new Map<string, string>();

/** The route as the API's document writes it, `other` where none was met: paths that anybody may make up are no labels. */
function routeOf(c: Context<HttpEnv>): string {
  const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path;
  if (route === undefined) return 'other';
  let text = written.get(route);
  if (text === undefined) {
    text = route.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}').replace(/(.)\/$/, '$1');
    written.set(route, text);
  }
  return text;
}

/** Undefined where the application is called without a platform around it. */
function waiterOf(c: Context<HttpEnv>): Waiter | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
