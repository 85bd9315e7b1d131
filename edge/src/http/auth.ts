import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { accountOfToken } from '#edge/account/token.ts';
import { configOf } from '#edge/config.ts';
import { sameSecret } from '#edge/digest.ts';
import type { Env } from '#edge/env.ts';
import { accountNamed, calling } from '#edge/objects.ts';
import { AppError } from '#shared/errors.ts';
import { unwrap } from '#shared/outcome.ts';

/** What hono knows of a request: the bindings, and the account that asks where a route needs one. */
export type HttpEnv = { Bindings: Env; Variables: { account: string } };

/** The token of a request: `Macaroon root=…` or `Bearer …`, in any case, or the query's `api_token`. */
export function tokenOf(c: Context<HttpEnv>): string | undefined {
  const header = c.req.header('authorization');
  return header === undefined ? c.req.query('api_token') : /^(?:macaroon\s+root=|bearer\s+)(\S+)\s*$/i.exec(header)?.[1];
}

/** @returns the account that a token belongs to. @throws AppError `unauthorized`. */
async function accountOf(env: Env, token: string | undefined): Promise<string> {
  const { tokenSecret } = configOf(env);
  const name = token === undefined ? undefined : await accountOfToken(token, tokenSecret);
  if (token === undefined || name === undefined) throw new AppError('unauthorized');
  unwrap(
    await calling(
      () => accountNamed(env, name),
      (account) => account.check(token),
    ),
  );
  return name;
}

/** Lets only service accounts pass. */
export const needAccount = createMiddleware<HttpEnv>(async (c, next) => {
  c.set('account', await accountOf(c.env, tokenOf(c)));
  await next();
});

/** Whether the request has an account's token. @throws AppError `unauthorized` where it has one that is not valid. */
export async function hasAccount(c: Context<HttpEnv>): Promise<boolean> {
  if (c.req.header('authorization') === undefined && c.req.query('api_token') === undefined) return false;
  await accountOf(c.env, tokenOf(c));
  return true;
}

/** Lets only whoever has the admin secret pass. */
export const needAdmin = createMiddleware<HttpEnv>(async (c, next) => {
  const token = tokenOf(c);
  if (token === undefined || !(await sameSecret(token, configOf(c.env).adminSecret))) {
    throw new AppError('unauthorized', { message: 'The admin secret is needed.' });
  }
  await next();
});
