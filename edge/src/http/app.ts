import { Hono } from 'hono';
import { configOf } from '#edge/config.ts';
import { consoleLogger } from '#edge/log.ts';
import { AppError } from '#shared/errors.ts';
import { traceField } from '#shared/trace.ts';
import { anyOrigin } from './access/any-origin.ts';
import type { HttpEnv } from './access/auth.ts';
import { knownMethod } from './access/methods.ts';
import { fail } from './envelope.ts';
import { measured } from './measure.ts';
import { boundedBody } from './request/body.ts';
import { accounts } from './routes/accounts.ts';
import { catalogue } from './routes/catalogue.ts';
import { metrics } from './routes/metrics.ts';
import { openapi } from './routes/openapi.ts';
import { sessions } from './routes/sessions/sessions.ts';
import { settings } from './routes/settings.ts';
import { connect } from './routes/shares/connect.ts';
import { shares, sharing } from './routes/shares/shares.ts';
import { sockets } from './routes/sockets.ts';
import { whep, whepOptions } from './routes/whep/whep.ts';
import { tracing } from './trace.ts';

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
