import { type Context, Hono } from 'hono';
import { accountNamed, calling, roomNamed } from '#edge/objects.ts';
import { decode, decodeJson } from '#shared/decode.ts';
import { JoinPost, SessionPost } from '#shared/gateway.ts';
import { newSessionId, SessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { type HttpEnv, needAccount } from './auth.ts';
import { succeed } from './envelope.ts';
import { pageOf, SessionQuery } from './session-list.ts';

/** `/1.0/sessions` and what is below it. Each session is its room's business; the list is its account's. */
export const sessions = new Hono<HttpEnv>({ strict: false });

sessions.use(needAccount);

sessions.post('/', async (c) => {
  const post = decodeJson(SessionPost, await c.req.text(), 'body');
  const id = newSessionId();
  // Not sent twice: a room that exists refuses to be created.
  const created = await roomNamed(c.env, id).create(id, c.var.account, post, originOf(c));
  return succeed(c, unwrap(created), { status: 201 });
});

sessions.get('/', async (c) => {
  const query = decode(SessionQuery, c.req.query(), 'query');
  const all = await calling(
    () => accountNamed(c.env, c.var.account),
    (account) => account.list(),
  );
  const { page, totalSize } = pageOf(all, query);
  return succeed(c, query.recursion ? page : page.map(({ id }) => id), { totalSize });
});

sessions.get('/:id', async (c) => {
  const { find } = roomOf(c);
  return succeed(c, unwrap(await calling(find, (room) => room.describe(c.var.account))));
});

sessions.delete('/:id', async (c) => {
  const { find } = roomOf(c);
  return succeed(c, unwrap(await calling(find, (room) => room.end(c.var.account, 'It was deleted.'))));
});

sessions.post('/:id/join', async (c) => {
  const { find } = roomOf(c);
  const text = await c.req.text();
  const post = text.trim() === '' ? {} : decodeJson(JoinPost, text, 'body');
  return succeed(c, unwrap(await calling(find, (room) => room.join(c.var.account, post, originOf(c)))));
});

/** How the client reached the gateway: the socket's address begins so too. */
const originOf = (c: Context<HttpEnv>): string => new URL(c.req.url).origin;

function roomOf(c: Context<HttpEnv>) {
  const id = decode(SessionId, c.req.param('id'), 'session id');
  return { find: () => roomNamed(c.env, id) };
}
