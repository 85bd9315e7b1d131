import { createMiddleware } from 'hono/factory';
import { startRequest } from '#edge/trace/scope.ts';
import type { HttpEnv } from './access/auth.ts';
import { routeOf } from './request/route.ts';
import { waiterOf } from './request/waiter.ts';

/** Takes up the trace of a request, or begins one where the gateway's settings say so. */
export const tracing = createMiddleware<HttpEnv>(async (c, next) => {
  const { method, raw } = c.req;
  const route = routeOf(c);
  const span = startRequest(c.env, waiterOf(c), raw.headers, route === undefined ? method : `${method} ${route}`);
  c.set('scope', span.scope);
  try {
    await next();
  } finally {
    if (span.scope.isRecording) {
      const { status } = c.res;
      const known = route === undefined ? {} : { 'http.route': route };
      span.set({ 'http.request.method': method, ...known, 'http.response.status_code': status });
      span.end(status >= 500 ? String(status) : undefined);
    }
  }
});
