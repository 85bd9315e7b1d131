import type { Env } from '#edge/env.ts';
import { calling, roomNamed } from '#edge/objects.ts';
import type { Session } from '#shared/gateway.ts';

/** So many rooms are asked at once; the others at the next occasion. */
const atOnce = 32;

/**
 * Asks rooms how their sessions stand. One that can't be asked now is passed over.
 *
 * @returns `session` is undefined where there is none of that id.
 */
export async function askRooms(
  env: Env,
  account: string,
  ids: readonly string[],
): Promise<{ id: string; session: Session | undefined }[]> {
  const answers = ids.slice(0, atOnce).map(async (id) => {
    const told = await calling(
      () => roomNamed(env, id),
      (room) => room.describe(account),
    ).catch(() => undefined);
    if (told === undefined || (!told.ok && told.error.code !== 'not_found')) return [];
    return [{ id, session: told.ok ? told.data : undefined }];
  });
  return (await Promise.all(answers)).flat();
}
