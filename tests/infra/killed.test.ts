import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTemporaryIn } from '#infra/test/temporary.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
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

test('[KD10] what a killed run left of its temporary files goes with the next run, and that of one that runs stays', async () => {
  const parent = await testFolder();
  const script = `
    import { makeTemporaryIn } from '#infra/test/temporary.ts';
    globalThis.kept = await makeTemporaryIn(${JSON.stringify(parent)});
    console.log(globalThis.kept.path);
    setInterval(() => undefined, 1000);`;
  const killed = spawn(...endsWithUs(process.execPath, ['--input-type=module-typescript', '-e', script]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void killed.kill('SIGKILL'));
  const [left] = await once(createInterface(killed.stdout), 'line');
  await mkdir(join(parent, 'farpane-run-new'));
  const first = await makeTemporaryIn(parent);
  expect((await readdir(parent)).toSorted()).toEqual([basename(left), basename(first.path), 'farpane-run-new'].toSorted());
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const second = await makeTemporaryIn(parent);
  expect((await readdir(parent)).toSorted()).toEqual([basename(first.path), basename(second.path), 'farpane-run-new'].toSorted());
  await Promise.all([first, second].map((each) => each[Symbol.asyncDispose]()));
  expect(await readdir(parent)).toEqual(['farpane-run-new']);
});
