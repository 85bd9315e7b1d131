import { readdir, readFile } from 'node:fs/promises';

const read = (pid: number, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');

export const commandOf = (pid: number): Promise<string> => read(pid, 'cmdline');

/** The processes below one, however deep; not those that have ended and only wait to be noticed. */
export async function below(ancestor: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await read(Number(name), 'stat');
    // The fields after the name, which may itself hold blanks and brackets: state, parent, …
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== undefined && state !== 'Z') parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === ancestor) return true;
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

/** The names of a process's threads. */
export async function threadsOf(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const names = await Promise.all(threads.map((thread) => read(pid, `task/${thread}/comm`)));
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** The processes of a session's instance: those below the host's that carry the session's id in their environment or command line. */
export async function applicationPids(host: number, session: string): Promise<number[]> {
  const pids = await below(host);
  const carries = await Promise.all(
    pids.map(async (pid) => (await Promise.all([read(pid, 'environ'), commandOf(pid)])).some((text) => text.includes(session))),
  );
  return pids.filter((_, index) => carries[index]);
}
