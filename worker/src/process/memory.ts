import { readFile } from 'node:fs/promises';

/**
 * How much memory processes take, in bytes: what is theirs alone, and of what they share with others their part (`Pss` of
 * proc_pid_smaps(5)). One that has gone takes none.
 */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const kibibytes = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
  });
  return (await Promise.all(kibibytes)).reduce((sum, one) => sum + one, 0) * 1024;
}
