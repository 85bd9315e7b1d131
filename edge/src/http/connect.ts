import { Hono } from 'hono';
import { roomNamed } from '#edge/objects.ts';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { SessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import type { HttpEnv } from './auth.ts';
import { succeed } from './envelope.ts';
import { countingFailures } from './limits.ts';
import { getOnly } from './methods.ts';
import { originOf } from './origin.ts';
import { ConnectQuery } from './queries.ts';
import { queryOf } from './read.ts';
import { guestRoleOf } from './shares.ts';

/** Where whoever has a share's address gets a socket's. It needs no account. */
export const connect = new Hono<HttpEnv>({ strict: false });

connect.get('/:id/connect', getOnly, async (c) => {
  const id = decode(SessionId, c.req.param('id'), 'session id');
  const { type, token } = queryOf(c, ConnectQuery);
  const role = guestRoleOf(type);
  const way = await countingFailures(c, async () => {
    if (token === undefined) throw new AppError('unauthorized', { message: 'The token of a share is needed.' });
    // Not sent twice: a ticket that nobody gets would stay.
    return unwrap(await roomNamed(c.env, id).ticketFor(token, role, originOf(c)));
  });
  return succeed(c, way, { headers: { 'cache-control': 'no-store' } });
});
