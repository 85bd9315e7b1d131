import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { accountOfToken } from '#edge/account/token.ts';
import { configOf } from '#edge/config.ts';
import { sameSecret } from '#edge/digest.ts';
import type { Env } from '#edge/env.ts';
import { givenTwice } from '#edge/http/request/read.ts';
import { accountNamed, calling } from '#edge/objects.ts';
import { AppError } from '#shared/errors.ts';
import { unwrap } from '#shared/outcome.ts';
import type { Scope } from '#shared/trace.ts';
import { countingFailures, limit } from './limits.ts';

/** What hono knows of a request: the bindings, the account that asks where a route needs one, and the trace. */
export type HttpEnv = { Bindings: Env; Variables: { account: string; scope: Scope } };

/**
 * The token of a request: `Macaroon root=…` or `Bearer …`, in any case, or the query's `api_token`.
 *
 * @throws AppError `invalid_request` where the query has several.
 */
export function tokenOf(c: Context<HttpEnv>): string | undefined {
  const header = c.req.header('authorization');
  if (header !== undefined) return /^(?:macaroon\s+root=|bearer\s+)(\S+)\s*$/i.exec(header)?.[1];
  const [token, ...others] = c.req.queries('api_token') ?? [];
  if (others.length > 0) throw givenTwice('api_token');
  return token;
}

/**
 * The token of a request and the account that it was issued to. Whether it is good now, only the account can say.
 *
 * @throws AppError `unauthorized` where the request has none that was issued here.
 */
export async function issuedToken(c: Context<HttpEnv>): Promise<{ token: string; account: string }> {
  const token = tokenOf(c);
  const account = token === undefined ? undefined : await accountOfToken(token, configOf(c.env).tokenSecret);
  if (token === undefined || account === undefined) throw new AppError('unauthorized');
  return { token, account };
}

/** @returns the account whose token the request has. @throws AppError `unauthorized`, `forbidden`, `rate_limited`. */
export function accountOf(c: Context<HttpEnv>): Promise<string> {
  return countingFailures(c, async () => {
    const { token, account } = await issuedToken(c);
    unwrap(
      await calling(
        () => accountNamed(c.env, account),
        (stub) => stub.check(token),
      ),
    );
    return account;
  });
}

/** Lets only service accounts pass. */
export const needAccount = createMiddleware<HttpEnv>(async (c, next) => {
  c.set('account', await accountOf(c));
  await next();
});

/** Whether the request has an account's token. @throws AppError `unauthorized` where it has one that is not valid. */
export async function hasAccount(c: Context<HttpEnv>): Promise<boolean> {
  if (c.req.header('authorization') === undefined && c.req.query('api_token') === undefined) return false;
  await accountOf(c);
  return true;
}

/**
 * Lets only whoever has the admin secret pass. A secret that people choose can be guessed: every attempt counts, so that one
 * that is over the limit does not even learn whether it was right.
 */
export const needAdmin = createMiddleware<HttpEnv>(async (c, next) => {
  await limit(c, 'ADMIN_CALLS');
  const token = tokenOf(c);
  if (token === undefined || !(await sameSecret(token, configOf(c.env).adminSecret))) {
    throw new AppError('unauthorized', { message: 'The admin secret is needed.' });
  }
  await next();
});

/** Lets whoever has the token for metrics pass, and whoever has the admin secret. Every attempt counts, as above. */
export const needMetricsToken = createMiddleware<HttpEnv>(async (c, next) => {
  await limit(c, 'ADMIN_CALLS');
  const token = tokenOf(c);
  const { adminSecret, metricsToken } = configOf(c.env);
  const known = metricsToken === undefined ? [adminSecret] : [adminSecret, metricsToken];
  const matches = token === undefined ? [] : await Promise.all(known.map((secret) => sameSecret(token, secret)));
  if (!matches.includes(true))
    throw new AppError('unauthorized', { message: 'The token for metrics is needed, or the admin secret.' });
  await next();
});
