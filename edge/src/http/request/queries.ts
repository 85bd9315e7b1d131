import { z } from 'zod';
import { SessionId } from '#shared/ids.ts';
import { ShareType } from '#shared/shares.ts';
import { whole } from '#shared/whole.ts';
import { Flag } from './flag.ts';

/** The queries of the routes, apart from these: the OpenAPI document is made of them as well. */

/** Of both `DELETE`s of sessions. `force`: the host is not waited for. `sync`: the answer comes when it is done. */
export const EndQuery = z.object({ force: Flag.default(false), sync: Flag.default(true) });
export type EndQuery = z.output<typeof EndQuery>;

/** Of `GET /1.0/shares`: the shares come in the order of creation. */
export const ShareQuery = z.object({
  session_id: SessionId.optional(),
  recursion: Flag.default(false),
  limit: whole(z.int().min(1).max(10_000)).optional(),
  offset: whole(z.int().min(0)).default(0),
});

/** Of `DELETE /1.0/shares/{id}`. */
export const RevokeQuery = z.object({ sync: Flag.default(true) });

/** Of `GET /1.0/sessions/{id}/connect`: the share's own token, no account's. */
export const ConnectQuery = z.object({ type: ShareType, token: z.string().max(200).optional() });

/** Of WHEP: the token of a share, or that of a WHEP session. */
export const WhepQuery = z.object({ token: z.string().max(200).optional() });
