import { type Context, Hono } from 'hono';
import { type HttpEnv, needAccount } from '#edge/http/access/auth.ts';
import { succeed } from '#edge/http/envelope.ts';
import { originOf } from '#edge/http/request/origin.ts';
import { EndQuery } from '#edge/http/request/queries.ts';
import { bodyOf, optionalBodyOf, queryOf } from '#edge/http/request/read.ts';
import { whereabouts } from '#edge/http/request/whereabouts.ts';
import { accountNamed, calling, roomNamed } from '#edge/objects.ts';
import { decode } from '#shared/decode.ts';
import { JoinPost, SessionsDelete } from '#shared/gateway.ts';
import { SessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { admitPost } from './admission.ts';
import { endSession, endSessions } from './end.ts';
import { pageOf, SessionQuery } from './list.ts';

/** `/1.0/sessions` and what is below it. Each session is its room's business; the list is its account's. */
export const sessions = new Hono<HttpEnv>({ strict: false });

sessions.post('/', async (c) => {
  const { id, account, post, config } = await admitPost(c);
  const defaultIdleMin = config[post.joinable ? 'session.joinable_idle_time_min' : 'session.default_idle_time_min'];
  const { carrier } = c.var.scope;
  // Only where the region is left to the gateway does it matter where the client is.
  const near = post.region === '' ? whereabouts(c.req.raw.cf) : undefined;
  const created = await calling(
    () => roomNamed(c.env, id),
    (room) => room.create(id, account, post, originOf(c), defaultIdleMin, carrier, near),
  );
  return succeed(c, unwrap(created), { status: 201 });
});

sessions.use(needAccount);

sessions.get('/', async (c) => {
  const query = queryOf(c, SessionQuery);
  const all = await calling(
    () => accountNamed(c.env, c.var.account),
    (account) => account.list(),
  );
  const { page, totalSize } = pageOf(all, query);
  return succeed(c, query.recursion ? page : page.map(({ id }) => id), { totalSize });
});

sessions.delete('/', async (c) => {
  const query = queryOf(c, EndQuery);
  const { ids } = await bodyOf(c, SessionsDelete);
  const ended = await endSessions(c.env, c.var.account, ids, query);
  return succeed(c, ended, { status: ended.errors.length > 0 ? 207 : query.sync ? 200 : 202 });
});

sessions.get('/:id', async (c) => {
  const { find } = roomOf(c);
  return succeed(c, unwrap(await calling(find, (room) => room.describe(c.var.account))));
});

sessions.delete('/:id', async (c) => {
  const { id } = roomOf(c);
  const query = queryOf(c, EndQuery);
  const ended = await endSession(c.env, c.var.account, id, query);
  return succeed(c, unwrap(ended), { status: query.sync ? 200 : 202 });
});

sessions.post('/:id/join', async (c) => {
  const { find } = roomOf(c);
  const post = await optionalBodyOf(c, JoinPost);
  return succeed(c, unwrap(await calling(find, (room) => room.join(c.var.account, post, originOf(c)))));
});

function roomOf(c: Context<HttpEnv>) {
  const id = decode(SessionId, c.req.param('id'), 'session id');
  return { id, find: () => roomNamed(c.env, id) };
}
