import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Logger } from '#shared/log.ts';

/**
 * How a process is scheduled among the others of this machine (sched(7)): `high` is a nice value of -10; `realtime` comes before
 * everything that is not, and can starve all else where it is never done.
 */
export const Priority = z.enum(['normal', 'high', 'realtime']);
export type Priority = z.output<typeof Priority>;

/** The words before a command line that schedule it so, and how they are tried out. Absolute, as others have a PATH of their own. */
const ways = {
  high: { words: ['/usr/bin/nice', '-n', '-10'], probe: ['/usr/bin/nice'], shows: /^-10$/m },
  realtime: { words: ['/usr/bin/chrt', '--rr', '1'], probe: ['/usr/bin/chrt', '--pid', '0'], shows: /SCHED_RR/ },
} as const satisfies Record<Exclude<Priority, 'normal'>, unknown>;

const probeTimeoutMs = 2000;

/**
 * The words before a command line that give it a priority; none where it is normal, or the kernel lets this user have no other: the
 * log says so then, and all goes on.
 */
export async function schedulingWords(priority: Priority, log: Logger): Promise<readonly string[]> {
  if (priority === 'normal') return [];
  const { words, probe, shows } = ways[priority];
  const [command, ...rest] = [...words, ...probe];
  const said = await promisify(execFile)(command, rest, { timeout: probeTimeoutMs }).then(
    ({ stdout }) => stdout,
    (error: unknown) => String(error),
  );
  if (shows.test(said)) return words;
  log.info('process.priority-refused', { priority, said: said.trim() });
  return [];
}
