import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { built } from '#infra/config.ts';
import { jsonLogger } from '#shared/log.ts';
import { startCapture } from '#worker/capture/capture.ts';
import { type Priority, schedulingWords } from '#worker/process/scheduling.ts';

/** From /proc/PID/stat, of which the second member, in brackets, may have blanks (proc(5)). */
async function scheduling(pid: number): Promise<{ nice: number; policy: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { nice: Number(fields[16]), policy: Number(fields[38]) };
}

const roundRobin = 2;
const expected: Record<Priority, { nice?: number; policy: number }> = {
  normal: { policy: 0 },
  high: { nice: -10, policy: 0 },
  realtime: { policy: roundRobin },
};

test.each(['normal', 'high', 'realtime'] as const)(
  '[XD10] a capture of priority %s has it, or the log says why not',
  async (priority) => {
    const lines: string[] = [];
    const log = jsonLogger((line) => lines.push(line), 'info');
    const enter = await schedulingWords(priority, log);
    const capture = await startCapture({ log, gstreamerPluginPath: built.gstreamerPlugins, enter, onFailure: () => undefined });
    try {
      const own = await scheduling(capture.pid);
      if (enter.length > 0 || priority === 'normal') expect(own).toMatchObject(expected[priority]);
      else expect(lines.join()).toContain('process.priority-refused');
    } finally {
      await capture.close();
    }
  },
);
