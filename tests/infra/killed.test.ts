import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { descendants, isRunning } from '#worker/process/tree.ts';
import { testFolder } from './support/folder.ts';

test('[KD1] servers and displays that tests start end with the process that is killed', async () => {
  const folder = await testFolder();
  const starter = fork(new URL('./support/servers.ts', import.meta.url), {
    env: { ...process.env, TMPDIR: folder },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  onTestFinished(() => void starter.kill('SIGKILL'));
  await once(starter, 'message');
  const started = descendants(starter.pid ?? 0);
  expect(started).toHaveLength(4);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 10_000 });
});
