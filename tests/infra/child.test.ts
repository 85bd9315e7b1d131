import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Child, type ChildOptions, startChild } from '#infra/stack/child.ts';
import { isRunning, testFolder } from './support/folder.ts';

async function shell(script: string, options: Partial<ChildOptions> = {}): Promise<Child> {
  const folder = await testFolder();
  const child = await startChild({
    name: 'part',
    command: 'sh',
    args: ['-c', script],
    cwd: folder,
    env: process.env,
    logFile: join(folder, 'part.log'),
    ready: { line: (text) => text === 'ready' },
    readyTimeoutMs: 5000,
    stopTimeoutMs: 2000,
    ...options,
  });
  onTestFinished(() => child.stop());
  return child;
}

test('[IN1] a child is ready when its line comes, and what it says is in its log', async () => {
  const folder = await testFolder();
  const logFile = join(folder, 'log');
  const child = await shell('echo first; echo ready >&2; exec sleep 60', { logFile });
  expect(await isRunning(child.pid)).toBe(true);
  await child.stop();
  expect((await readFile(logFile, 'utf8')).split('\n').toSorted()).toEqual(['', 'first', 'ready']);
});

test('[IN1] a child is ready when its probe says so', async () => {
  let asked = 0;
  const probe = async (): Promise<boolean> => {
    asked += 1;
    return asked === 3;
  };
  await shell('exec sleep 60', { ready: { probe } });
  expect(asked).toBe(3);
});

test('[IN1] a child that ends before it is ready fails with its exit code and last lines', async () => {
  await expect(shell('echo "no such port"; exit 3')).rejects.toThrow(
    /part ended before it was ready: exit code 3[\s\S]*no such port/,
  );
});

test('[IN1] a command that does not exist fails with its name', async () => {
  await expect(shell('', { command: 'farpane-no-such-command' })).rejects.toThrow(/farpane-no-such-command/);
});

test('[IN1] a child that is not ready in time is ended', async () => {
  const folder = await testFolder();
  const started = shell('echo $$ > pid; exec sleep 60', { cwd: folder, readyTimeoutMs: 300 });
  await expect(started).rejects.toThrow('part was not ready within 300 ms');
  expect(await isRunning(Number(await readFile(join(folder, 'pid'), 'utf8')))).toBe(false);
});

test('[IN1] a signal ends the wait for a child, and the child', async () => {
  const stop = new AbortController();
  const started = shell('exec sleep 60', { signal: stop.signal });
  setTimeout(() => stop.abort(new Error('told to stop')), 50);
  await expect(started).rejects.toThrow('told to stop');
});

test('[IN2] stop sends SIGTERM first, and is idempotent', async () => {
  const folder = await testFolder();
  const script = 'trap "echo bye > said; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
  const child = await shell(script, { cwd: folder });
  await Promise.all([child.stop(), child.stop()]);
  await child.stop();
  expect(await readFile(join(folder, 'said'), 'utf8')).toBe('bye\n');
  expect(await child.exited).toBe('exit code 0');
});

test('[IN2] a child that ignores SIGTERM is killed, with its group', async () => {
  const folder = await testFolder();
  const script = 'trap "" TERM; sleep 60 & echo $! > grandchild; echo ready; while :; do sleep 1; done';
  const child = await shell(script, { cwd: folder, stopTimeoutMs: 200 });
  const grandchild = Number(await readFile(join(folder, 'grandchild'), 'utf8'));
  expect(await isRunning(grandchild)).toBe(true);
  await child.stop();
  expect(await child.exited).toBe('signal SIGKILL');
  await vi.waitFor(async () => expect(await isRunning(grandchild)).toBe(false), { timeout: 3000 });
});

test('[IN2] what a child leaves behind in its group is ended with it', async () => {
  const folder = await testFolder();
  const child = await shell('sleep 60 & echo $! > left; echo ready; wait', { cwd: folder });
  const left = Number(await readFile(join(folder, 'left'), 'utf8'));
  await child.stop();
  await vi.waitFor(async () => expect(await isRunning(left)).toBe(false), { timeout: 3000 });
});

test('[IN2] a child ends when the process that started it is killed', async () => {
  const folder = await testFolder();
  const script = `
    import { startChild } from '#infra/stack/child.ts';
    const child = await startChild({ name: 'inner', command: 'sh', args: ['-c', 'echo ready; exec sleep 60'], cwd: ${JSON.stringify(folder)},
      env: process.env, logFile: ${JSON.stringify(join(folder, 'inner.log'))}, ready: { line: (text) => text === 'ready' },
      readyTimeoutMs: 5000, stopTimeoutMs: 1000 });
    console.log('inner ' + child.pid);
    setInterval(() => undefined, 1000);`;
  const outer = await shell('', {
    command: process.execPath,
    args: ['--input-type=module-typescript', '-e', script],
    cwd: process.cwd(),
    ready: { line: (text) => text.startsWith('inner ') },
  });
  const inner = Number(/inner (\d+)/.exec(outer.tail())?.[1]);
  expect(await isRunning(inner)).toBe(true);
  process.kill(outer.pid, 'SIGKILL');
  await vi.waitFor(async () => expect(await isRunning(inner)).toBe(false), { timeout: 3000 });
});
