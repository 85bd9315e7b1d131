import { type Context, Hono } from 'hono';
import type { AccountApi, NewToken } from '#edge/account/api.ts';
import { type HttpEnv, needAdmin } from '#edge/http/access/auth.ts';
import { succeed } from '#edge/http/envelope.ts';
import { bodyOf, optionalBodyOf, queryOf } from '#edge/http/request/read.ts';
import { accountNamed, calling, registryOf } from '#edge/objects.ts';
import { AccountPatch, AccountQuery, type AccountView, RotatePost } from '#shared/account.ts';
import { decode } from '#shared/decode.ts';
import { AccountPost, type AccountPostData } from '#shared/gateway.ts';
import { Name } from '#shared/ids.ts';
import { type Outcome, unwrap } from '#shared/outcome.ts';

/** `/1.0/accounts`: for whoever has the admin secret. */
export const accounts = new Hono<HttpEnv>({ strict: false });

accounts.use(needAdmin);

accounts.post('/', async (c) => {
  const { name, expiry_days: expiryDays } = await bodyOf(c, AccountPost);
  // Not sent twice: the second would find the first's account.
  const made = unwrap(await accountNamed(c.env, name).create(name, expiryDays));
  return succeed(c, tokenData(name, made), { status: 201 });
});

accounts.get('/', async (c) => {
  const query = queryOf(c, AccountQuery);
  const { names, totalSize } = await calling(
    () => registryOf(c.env),
    (registry) => registry.page(query),
  );
  const found = await Promise.all(names.map((name) => describe(c, name)));
  // A name may be there a moment before its account is made, and after it is gone.
  return succeed(
    c,
    found.flatMap((account) => (account.ok ? [account.data] : missing(account))),
    { totalSize },
  );
});

accounts.get('/:name', async (c) => succeed(c, unwrap(await describe(c, nameOf(c)))));

accounts.patch('/:name', async (c) => {
  const name = nameOf(c);
  const change = await bodyOf(c, AccountPatch);
  return succeed(c, unwrap(await asking(c, name, (account) => account.patch(change))));
});

accounts.post('/:name/rotate', async (c) => {
  const name = nameOf(c);
  const { expiry_days: expiryDays } = await optionalBodyOf(c, RotatePost);
  // May be sent twice: the token of the last one is the one that is answered.
  return succeed(c, tokenData(name, unwrap(await asking(c, name, (account) => account.rotate(expiryDays)))));
});

accounts.delete('/:name', async (c) => succeed(c, unwrap(await asking(c, nameOf(c), (account) => account.destroy()))));

const nameOf = (c: Context<HttpEnv>): string => decode(Name, c.req.param('name'), 'account name');

const tokenData = (name: string, { token, expiryAt }: NewToken): AccountPostData => ({ name, token, expiry_at: expiryAt });

const asking = <T>(c: Context<HttpEnv>, name: string, ask: (account: AccountApi) => Promise<T>): Promise<T> =>
  calling(() => accountNamed(c.env, name), ask);

const describe = (c: Context<HttpEnv>, name: string): Promise<Outcome<AccountView>> =>
  asking(c, name, (account) => account.describe());

/** Nothing for an account that is not there; any other failure is the whole list's. */
function missing(account: Extract<Outcome<AccountView>, { ok: false }>): [] {
  if (account.error.code !== 'not_found') unwrap(account);
  return [];
}
