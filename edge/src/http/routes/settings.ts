import { Hono } from 'hono';
import { type HttpEnv, needAccount } from '#edge/http/access/auth.ts';
import { succeed } from '#edge/http/envelope.ts';
import { bodyOf } from '#edge/http/request/read.ts';
import { accountNamed, calling } from '#edge/objects.ts';
import { ConfigPatch } from '#shared/gateway-config.ts';

/** `/1.0/config`: what an account sets of the gateway, for its own sessions. */
export const settings = new Hono<HttpEnv>({ strict: false });

settings.use(needAccount);

settings.get('/', async (c) => {
  const config = await calling(
    () => accountNamed(c.env, c.var.account),
    (account) => account.config(),
  );
  return succeed(c, config);
});

settings.patch('/', async (c) => {
  const change = await bodyOf(c, ConfigPatch);
  const config = await calling(
    () => accountNamed(c.env, c.var.account),
    (account) => account.setConfig(change),
  );
  return succeed(c, config);
});
