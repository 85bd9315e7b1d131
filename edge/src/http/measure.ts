import { createMiddleware } from 'hono/factory';
import { Recorder } from '#edge/metrics/recorder.ts';
import type { HttpEnv } from './access/auth.ts';
import { routeOf } from './request/route.ts';
import { waiterOf } from './request/waiter.ts';

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
    recorder.end({ method, route: routeOf(c) ?? 'other', status, tookMs: Date.now() - startedMs, requestBytes, responseBytes });
    recorder.flushSoon(c.env, waiterOf(c));
  }
});

const lengthIn = (header: string | null | undefined): number => Number(header ?? 0) || 0;
