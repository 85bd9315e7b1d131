import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';

const exposed = ['retry-after', 'location', 'etag', 'link', 'accept-post', 'accept-patch'];

const preflight = cors({
  origin: '*',
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'traceparent', 'tracestate'],
  exposeHeaders: exposed,
  allowMethods: ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
  maxAge: 24 * 3600,
});

/**
 * Lets pages of any origin in (CORS). The headers of an answer are set before it is made: set on it, as hono's own middleware does,
 * every answer would be made twice. Answers are to be made by hono's context, else they go without.
 */
export const anyOrigin = createMiddleware((c, next) => {
  if (c.req.method === 'OPTIONS') return preflight(c, next);
  c.header('access-control-allow-origin', '*');
  c.header('access-control-expose-headers', exposed.join(','));
  return next().then(() => undefined);
});
