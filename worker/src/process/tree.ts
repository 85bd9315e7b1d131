import { readdirSync, readFileSync } from 'node:fs';

/** Every process below `root`, nearest first, without `root` itself: as `/proc` tells it now (proc(5)). */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of allPids()) {
    const parent = parentOf(pid);
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const found: number[] = [];
  const waiting = [root];
  for (let pid = waiting.shift(); pid !== undefined; pid = waiting.shift()) {
    const below = children.get(pid) ?? [];
    found.push(...below);
    waiting.push(...below);
  }
  return found;
}

/** Every process that was started with `name=value` in its environment: finds those that left their parent and its group. */
export function withEnvironment(name: string, value: string): number[] {
  const wanted = `${name}=${value}`;
  return allPids().filter((pid) => read(`/proc/${pid}/environ`)?.split('\0').includes(wanted) === true);
}

/** Whether a process runs. */
export const isRunning = (pid: number): boolean => parentOf(pid) !== undefined;

/** Sends a signal to a process, or to a group where `pid` is negative. One that has gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it has ended meanwhile, which is what was wanted.
  }
}

const allPids = (): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);

/**
 * Fields 3 and 4 of `/proc/PID/stat`; field 2 is the name in parentheses, which may hold spaces and parentheses itself. One
 * that has ended and is only waited for by its parent (a zombie) counts as gone.
 */
function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return parent === undefined || state === 'Z' || state === 'X' ? undefined : Number(parent);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
