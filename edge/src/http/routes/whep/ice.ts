import { AppError } from '#shared/errors.ts';
import type { SdpFragment } from './sdp-fragment.ts';

/**
 * What a `PATCH` of a WHEP session asks for. Candidates belong to the ICE session that `If-Match` names; a restart makes another,
 * and so can name none: it says `*` (RFC 9725 section 4.3). Clients that send `*`, or nothing, with candidates of the ICE session
 * that there is are understood: the candidates of a client are not needed here (RFC 8445 section 2.5).
 *
 * @param ice the server's name for the ICE session that there is, and the client's own user fragment in it.
 * @throws AppError `precondition_failed`, `precondition_required`.
 */
export function whatIsAsked(
  ifMatch: string | undefined,
  { ufrag, pwd }: Pick<SdpFragment, 'ufrag' | 'pwd'>,
  ice: { tag: string; ufrag: string },
): { type: 'candidates' } | { type: 'restart'; ufrag: string } {
  const tags = ifMatch?.split(',').map((tag) => tag.trim()) ?? [];
  const isNamed = tags.includes(entityTag(ice.tag));
  if (ifMatch !== undefined && !isNamed && !tags.includes('*')) throw new AppError('precondition_failed', { message: notTheOne });
  if (ufrag === undefined || ufrag === ice.ufrag) return { type: 'candidates' };
  if (ifMatch === undefined) throw new AppError('precondition_required');
  // Candidates of an ICE session that is over, or is not yet.
  if (isNamed) throw new AppError('precondition_failed', { message: notTheOne });
  if (pwd === undefined) {
    throw new AppError('invalid_request', { message: 'The SDP fragment is not valid: it has an ice-ufrag and no ice-pwd.' });
  }
  return { type: 'restart', ufrag };
}

const notTheOne = 'If-Match does not name the ICE session that there is.';

/** A strong entity tag (RFC 9110 section 8.8.3). */
export const entityTag = (tag: string): string => `"${tag}"`;
