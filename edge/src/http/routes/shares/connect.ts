import { Hono } from 'hono';
import type { HttpEnv } from '#edge/http/access/auth.ts';
import { countingFailures } from '#edge/http/access/limits.ts';
import { getOnly } from '#edge/http/access/methods.ts';
import { succeed } from '#edge/http/envelope.ts';
import { originOf } from '#edge/http/request/origin.ts';
import { ConnectQuery } from '#edge/http/request/queries.ts';
import { queryOf } from '#edge/http/request/read.ts';
import { roomNamed } from '#edge/objects.ts';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { SessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
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
