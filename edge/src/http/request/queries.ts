import { z } from 'zod';
import { SessionId } from '#shared/ids.ts';
import { ShareType } from '#shared/shares.ts';
import { whole } from '#shared/whole.ts';
import { Flag } from './flag.ts';

/** The queries of the routes, apart from these: the OpenAPI document is made of them as well. */

/** Of all lists of sessions and shares. */
export const pageQuery = {
  recursion: Flag.default(false).describe('Whether they themselves are listed, and not only their ids.'),
  limit: whole(z.int().min(1).max(10_000)).optional().describe('How many at the most.'),
  offset: whole(z.int().min(0)).default(0).describe('How many are left out before them.'),
};

/** Of both `DELETE`s of sessions. */
export const EndQuery = z.object({
  force: Flag.default(false).describe('It is gone at once; its host is told, and not waited for.'),
  sync: Flag.default(true).describe('Whether the answer comes only when it has ended.'),
});
export type EndQuery = z.output<typeof EndQuery>;

/** Of `GET /1.0/shares`: the shares come in the order of creation. */
export const ShareQuery = z.object({
  session_id: SessionId.optional().describe('Only those of this session.'),
  ...pageQuery,
});

/** Of `DELETE /1.0/shares/{id}`. */
export const RevokeQuery = z.object({
  sync: Flag.default(true).describe('Whether the answer comes only when its guests are disconnected.'),
});

/** Of `GET /1.0/sessions/{id}/connect`: the share's own token, no account's. */
export const ConnectQuery = z.object({
  type: ShareType.describe('The type of the share.'),
  token: z.string().max(200).optional().describe('The token of the share.'),
});

/** Of WHEP: the token of a share, or that of a WHEP session. */
export const WhepQuery = z.object({
  token: z.string().max(200).optional().describe('The token of a share, or that of the address of a WHEP session.'),
});
