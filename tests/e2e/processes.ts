import { readdir, readFile } from 'node:fs/promises';

/**
 * The processes of a session's instance: those below the host's process that carry the session's id in their environment or
 * command line.
 */
export async function applicationPids(host: number, session: string): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The fields after the name, which may itself hold blanks and brackets: state, parent, …
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== undefined && state !== 'Z') parents.set(Number(name), Number(parent));
  }
  const below = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === host) return true;
    return false;
  };
  const found: number[] = [];
  for (const pid of parents.keys()) {
    if (!below(pid)) continue;
    const [environment, command] = await Promise.all(
      ['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    if (environment?.includes(session) || command?.includes(session)) found.push(pid);
  }
  return found;
}
