import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { descendants } from '#worker/process/tree.ts';

export interface ProcessTime {
  pid: number;
  /** The program's name, from its command line. */
  name: string;
  /** CPU time of all its threads that are there now, in nanoseconds. */
  cpuNs: number;
}

/** The processes below one, and `itself` where asked, with the CPU time that each has taken so far. One that ends meanwhile is left out. */
export const processTimes = (root: number, { itself = false } = {}): ProcessTime[] =>
  [...(itself ? [root] : []), ...descendants(root)].flatMap((pid) => {
    try {
      const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const threads = readdirSync(`/proc/${pid}/task`);
      // The first figure of schedstat is the time on a CPU, in nanoseconds; that of `stat` counts in steps of 10 ms.
      const cpuNs = threads.reduce((sum, thread) => sum + firstFigure(`/proc/${pid}/task/${thread}/schedstat`), 0);
      return [{ pid, name: basename(program), cpuNs }];
    } catch {
      return [];
    }
  });

const firstFigure = (file: string): number => Number(readFileSync(file, 'utf8').split(' ')[0]);
