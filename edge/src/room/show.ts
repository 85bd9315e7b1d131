import type { Session } from '#shared/gateway.ts';
import { type Share, sessionOfShare } from '#shared/shares.ts';
import type { RoomShare } from './decide/sharing-state.ts';
import type { Held } from './decide/transitions.ts';

/** A room's session as it is shown. A session that is being placed counts as created. */
export function showSession(state: Held): Session {
  const { session, app, appVersion, region, joinable } = state.wish;
  const place = state.status === 'placing' || state.status === 'waiting' ? null : state.place;
  return {
    id: session,
    app,
    app_version: place?.version ?? appVersion,
    region: place?.region ?? region,
    cluster_id: place?.host ?? '',
    container_id: place?.instance ?? '',
    joinable,
    status: state.status === 'placing' || state.status === 'waiting' ? 'created' : state.status,
    status_message: messageOf(state),
  };
}

/** A share as it is shown: nobody sees its token again. */
export const showShare = ({ id, type, description, createdAtMs, expiresAtMs }: RoomShare): Share => ({
  ...{ id, session_id: sessionOfShare(id), type, description },
  ...{ created_at: Math.floor(createdAtMs / 1000), expiry_at: Math.floor(expiresAtMs / 1000) },
});

function messageOf(state: Held): string {
  if (state.status === 'waiting') return `It waits for a slot${state.place > 0 ? `, as number ${state.place} in the line` : ''}.`;
  if (state.status === 'error') return state.error.message;
  if (state.status === 'terminating' || state.status === 'terminated') return state.reason;
  return '';
}
