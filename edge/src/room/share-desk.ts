import { randomText, sha256 } from '#edge/digest.ts';
import { AppError } from '#shared/errors.ts';
import { newShareId, type Share, type SharePostData } from '#shared/shares.ts';
import type { NewShare } from './api.ts';
import { shareOf } from './decide/sharing.ts';
import type { RoomShare } from './decide/sharing-state.ts';
import type { RoomState } from './decide/state.ts';
import { showShare } from './show.ts';
import { shareUrl } from './ticket.ts';

/** Makes a share of a session, with a token of 192 random bits: what is kept of it, and what its maker is told this once. */
export async function newShare(
  session: string,
  { type, description, expiresAtMs }: NewShare,
  origin: string,
  now: number,
): Promise<{ share: RoomShare; data: SharePostData }> {
  const id = newShareId(session);
  const token = randomText(24);
  return {
    share: { id, type, hash: await sha256(token), description, createdAtMs: now, expiresAtMs },
    data: { id, type, url: shareUrl(origin, session, type, token), expiry_at: Math.floor(expiresAtMs / 1000) },
  };
}

/** The share as its account is shown it. @throws AppError `not_found`. */
export function shownShare(state: RoomState, account: string, id: string, now: number): Share {
  const share = shareOf(state, account, id, now);
  if (share === undefined) throw new AppError('not_found', { message: 'There is no such share.' });
  return showShare(share);
}
