import { Hono } from 'hono';
import { accountNamed } from '#edge/objects.ts';
import { decodeJson } from '#shared/decode.ts';
import { AccountPost, type AccountPostData } from '#shared/gateway.ts';
import { unwrap } from '#shared/outcome.ts';
import { type HttpEnv, needAdmin } from './auth.ts';
import { succeed } from './envelope.ts';

/** `/1.0/accounts`: for whoever has the admin secret. */
export const accounts = new Hono<HttpEnv>({ strict: false });

accounts.post('/', needAdmin, async (c) => {
  const { name, expiry_days: expiryDays } = decodeJson(AccountPost, await c.req.text(), 'body');
  // Not sent twice: the second would find the first's account.
  const { token, expiryAt } = unwrap(await accountNamed(c.env, name).create(name, expiryDays));
  return succeed<AccountPostData>(c, { name, token, expiry_at: expiryAt }, { status: 201 });
});
