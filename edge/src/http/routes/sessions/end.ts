import type { Env } from '#edge/env.ts';
import { calling, roomNamed } from '#edge/objects.ts';
import type { EndOptions } from '#edge/room/api.ts';
import { AppError } from '#shared/errors.ts';
import type { Session, SessionsDeleteData } from '#shared/gateway.ts';
import { type Outcome, outcome, unwrap } from '#shared/outcome.ts';

/** Ends a session. What goes wrong is an outcome too. */
export function endSession(env: Env, account: string, id: string, options: EndOptions): Promise<Outcome<Session>> {
  return outcome(async () => {
    const ended = await calling(
      () => roomNamed(env, id),
      (room) => room.end(account, 'It was deleted.', options),
    );
    return unwrap(ended);
  });
}

/**
 * Ends many sessions, each for itself.
 *
 * @throws AppError `not_found` where none of them is there.
 */
export async function endSessions(
  env: Env,
  account: string,
  ids: readonly string[],
  options: EndOptions,
): Promise<SessionsDeleteData> {
  const ended = await Promise.all(
    [...new Set(ids)].map(async (id) => ({ id, result: await endSession(env, account, id, options) })),
  );
  const deleted = ended.filter(({ result }) => result.ok).map(({ id }) => id);
  const errors = ended.flatMap(({ id, result }) => {
    if (result.ok) return [];
    const { message, status } = AppError.fromWire(result.error);
    return [{ session_id: id, error_message: message, status_code: status }];
  });
  if (errors.length === ended.length && errors.every(({ status_code: status }) => status === 404)) {
    throw new AppError('not_found', { message: 'None of these sessions is there.' });
  }
  return { deleted_sessions: deleted, errors };
}
