import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { type HttpEnv, needAccount } from '#edge/http/access/auth.ts';
import { succeed } from '#edge/http/envelope.ts';
import { originOf } from '#edge/http/request/origin.ts';
import { RevokeQuery, ShareQuery } from '#edge/http/request/queries.ts';
import { bodyOf, queryOf } from '#edge/http/request/read.ts';
import { accountNamed, calling, roomNamed } from '#edge/objects.ts';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { SessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { GuestRole, ShareId, SharePatch, SharePost, type ShareType, sessionOfShare } from '#shared/shares.ts';
import { checkExpiry, expiryOf } from './times.ts';

/** `/1.0/sessions/{id}/share`. */
export const sharing = new Hono<HttpEnv>({ strict: false });

sharing.post('/:id/share', needAccount, async (c) => {
  const id = decode(SessionId, c.req.param('id'), 'session id');
  const post = await bodyOf(c, SharePost);
  const config = await calling(
    () => accountNamed(c.env, c.var.account),
    (account) => account.config(),
  );
  const share = {
    type: guestRoleOf(post.type),
    description: post.description,
    expiresAtMs: expiryOf(post, config['share.default_expiry_h'], Date.now()),
    limit: config['share.max_per_session'],
  };
  // Not sent twice: there would be two.
  return succeed(c, unwrap(await roomNamed(c.env, id).share(c.var.account, share, originOf(c))));
});

/** @throws AppError `invalid_request` for what no application here has. */
export function guestRoleOf(type: z.output<typeof ShareType>): GuestRole {
  const role = GuestRole.safeParse(type);
  if (role.success) return role.data;
  throw new AppError('invalid_request', { message: `There is no share of the type "${type}": the application has no ADB.` });
}

/** `/1.0/shares`. The list is the account's, each share is its session's room's. */
export const shares = new Hono<HttpEnv>({ strict: false });

shares.use(needAccount);

shares.get('/', async (c) => {
  const { session_id: session, recursion, limit, offset } = queryOf(c, ShareQuery);
  const all = await calling(
    () => accountNamed(c.env, c.var.account),
    (account) => account.listShares(),
  );
  const found = all.filter((share) => session === undefined || share.session_id === session);
  const page = found.slice(offset, limit === undefined ? undefined : offset + limit);
  return succeed(c, recursion ? page : page.map(({ id }) => id), { totalSize: found.length });
});

shares.get('/:id', async (c) => {
  const { id, find } = shareOf(c);
  return succeed(c, unwrap(await calling(find, (room) => room.describeShare(c.var.account, id))));
});

shares.patch('/:id', async (c) => {
  const { id, find } = shareOf(c);
  const { description, expiry_at: atS } = await bodyOf(c, SharePatch);
  const change = {
    ...(description === undefined ? {} : { description }),
    ...(atS === undefined ? {} : { expiresAtMs: checkExpiry(atS, Date.now()) }),
  };
  return succeed(c, unwrap(await calling(find, (room) => room.changeShare(c.var.account, id, change))));
});

shares.delete('/:id', async (c) => {
  const { id, find } = shareOf(c);
  const { sync } = queryOf(c, RevokeQuery);
  const revoked = await calling(find, (room) => room.revokeShare(c.var.account, id, { sync }));
  return succeed(c, unwrap(revoked), { status: sync ? 200 : 202 });
});

function shareOf(c: Context<HttpEnv>) {
  const id = decode(ShareId, c.req.param('id'), 'share id');
  return { id, find: () => roomNamed(c.env, sessionOfShare(id)) };
}
