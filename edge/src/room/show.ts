import type { Session } from '#shared/gateway.ts';
import type { Held } from './transitions.ts';

/** A room's session as it is shown. A session that is being placed counts as created. */
export function showSession(state: Held): Session {
  const { session, app, region, joinable } = state.wish;
  const place = state.status === 'placing' ? null : state.place;
  return {
    id: session,
    app,
    region: place?.region ?? region,
    cluster_id: place?.host ?? '',
    container_id: place?.instance ?? '',
    joinable,
    status: state.status === 'placing' ? 'created' : state.status,
    status_message: messageOf(state),
  };
}

function messageOf(state: Held): string {
  if (state.status === 'error') return state.error.message;
  if (state.status === 'terminating' || state.status === 'terminated') return state.reason;
  return '';
}
