import { Hono } from 'hono';
import { configOf } from '#edge/config.ts';
import { consoleLogger } from '#edge/log.ts';
import { AppError } from '#shared/errors.ts';
import { traceField } from '#shared/trace.ts';
import { accounts } from './accounts.ts';
import { anyOrigin } from './any-origin.ts';
import type { HttpEnv } from './auth.ts';
import { boundedBody } from './body.ts';
import { catalogue } from './catalogue.ts';
import { connect } from './connect.ts';
import { fail } from './envelope.ts';
import { measured } from './measure.ts';
import { knownMethod } from './methods.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { shares, sharing } from './shares.ts';
import { sockets } from './sockets.ts';
import { tracing } from './trace.ts';
import { whep, whepOptions } from './whep.ts';

/** The session API. */
export const app = new Hono<HttpEnv>({ strict: false });

app.onError((error, c) => {
  const known = AppError.from(error);
  if (known.status >= 500) {
    const { account, scope } = c.var;
    const fields = { method: c.req.method, path: c.req.path, account, ...traceField(scope?.carrier) };
    consoleLogger('error', fields).error('http.failed', { code: known.code, error });
  }
  return fail(c, known);
});

app.notFound((c) => {
  return fail(c, new AppError('not_found', { message: `There is nothing at ${c.req.method} ${c.req.path}.` }));
});

app.use(measured);

// Before CORS, which is nothing to a WebSocket: it would set headers on the answer to the upgrade, and lose the socket.
app.route('/1.0', sockets);

app.use('/1.0/sessions/:id/whep/:peer?', whepOptions);

app.use(anyOrigin);

// A wrong setting is told at the first request, whatever that is.
app.use(async (c, next) => {
  configOf(c.env);
  await next();
});

app.use(knownMethod(app));

app.use(tracing);

app.use(boundedBody);

// Before the sessions, all of whose routes need an account.
app.route('/1.0/sessions', connect);
app.route('/1.0/sessions', whep);
app.route('/1.0/sessions', sharing);
app.route('/1.0/sessions', sessions);
app.route('/1.0/shares', shares);
app.route('/1.0/config', settings);
app.route('/1.0/accounts', accounts);
app.route('/1.0', catalogue);
app.route('/', metrics);
app.route('/', openapi);
