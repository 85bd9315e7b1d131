import type { Env } from '#edge/env.ts';
import { calling, roomNamed } from '#edge/objects.ts';
import type { Session } from '#shared/gateway.ts';

/** Sessions of an account that goes are ended so many at a time, and looked at again after so long. */
export const deletion = { atOnce: 32, everyMs: 2000 } as const;

/** Why they end, as their owner reads it. */
const reason = 'Its account was deleted.';

/**
 * Asks rooms to end their sessions. A room that can't be asked now is asked the next time.
 *
 * @returns the ids of those that are not there any more.
 */
export async function endSessions(env: Env, account: string, sessions: readonly Session[]): Promise<string[]> {
  // Those that are ending need no more than time: they come last.
  const inTurn = sessions.toSorted((a, b) => Number(a.status === 'terminating') - Number(b.status === 'terminating'));
  const gone = inTurn.slice(0, deletion.atOnce).map(async ({ id }) => {
    const ended = await calling(
      () => roomNamed(env, id),
      (room) => room.end(account, reason),
    ).catch(() => undefined);
    return ended?.ok === false && ended.error.code === 'not_found' ? id : undefined;
  });
  return (await Promise.all(gone)).filter((id) => id !== undefined);
}

/** Empties every table of the database, whoever made it. */
export function forgetAll(sql: SqlStorage): void {
  // What begins so is SQLite's and the platform's own.
  const tables = sql.exec<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
  );
  for (const { name } of tables.toArray()) sql.exec(`DELETE FROM "${name}"`);
}
