import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Child, startChild } from '#infra/stack/child.ts';
import { Supervisor } from '#infra/stack/supervisor.ts';
import { isRunning, testFolder } from './support/folder.ts';

function part(folder: string, name: string, signal: AbortSignal, script = 'echo ready; exec sleep 60'): Promise<Child> {
  return startChild({
    name,
    command: 'sh',
    args: ['-c', script],
    cwd: folder,
    env: process.env,
    logFile: join(folder, `${name}.log`),
    ready: { line: (text) => text === 'ready' },
    readyTimeoutMs: 5000,
    stopTimeoutMs: 2000,
    signal,
  });
}

/** A supervisor with parts `a`, `b` and `c`, of which some have a script of their own, and what it tells. */
async function supervised(scripts: Record<string, string> = {}) {
  const folder = await testFolder();
  const told: string[] = [];
  const supervisor = new Supervisor((event) => told.push(`${event.part} ${event.type}`));
  onTestFinished(() => supervisor.close());
  for (const [stage, name] of ['a', 'b', 'c'].entries())
    supervisor.add(stage, name, (signal) => part(folder, name, signal, scripts[name]));
  return { supervisor, told };
}

test('[IN3] stages start in order, each after the one before is ready, and stop in reverse', async () => {
  const { supervisor, told } = await supervised();
  await supervisor.startAll();
  expect(told.splice(0)).toEqual(['a starting', 'a ready', 'b starting', 'b ready', 'c starting', 'c ready']);
  await supervisor.close();
  expect(told).toEqual(['c stopping', 'c stopped', 'b stopping', 'b stopped', 'a stopping', 'a stopped']);
});

test('[IN3] when a part fails at its start, those before it are stopped', async () => {
  const { supervisor, told } = await supervised({ b: 'echo "port is taken"; exit 1' });
  await expect(supervisor.startAll()).rejects.toThrow(/b ended before it was ready[\s\S]*port is taken/);
  expect(told).toEqual(['a starting', 'a ready', 'b starting', 'a stopping', 'a stopped']);
});

test('[IN4] when a part dies, all are stopped and it is said which, how, and its last words', async () => {
  const { supervisor } = await supervised({
    b: 'trap "echo out of luck; exit 7" USR1; echo ready; while :; do sleep 0.05; done',
  });
  await supervisor.startAll();
  const pids = ['a', 'b', 'c'].map((name) => supervisor.pid(name));
  process.kill(supervisor.pid('b'), 'SIGUSR1');
  const failure = await supervisor.failed;
  expect(failure.message).toMatch(/^b ended by itself: exit code 7[\s\S]*out of luck/);
  expect(await Promise.all(pids.map(isRunning))).toEqual([false, false, false]);
});

test('[IN4] one part can be stopped and started again while the others run', async () => {
  const { supervisor } = await supervised();
  await supervisor.startAll();
  const [a, b] = [supervisor.pid('a'), supervisor.pid('b')];
  await supervisor.stop('b');
  expect(() => supervisor.pid('b')).toThrow('b does not run.');
  expect(await isRunning(a)).toBe(true);
  await supervisor.start('b');
  expect(supervisor.pid('b')).not.toBe(b);
  expect(supervisor.pid('a')).toBe(a);
});

test('[IN3] parts of one stage start at once; when one fails, the others give up their start', async () => {
  const folder = await testFolder();
  const told: string[] = [];
  const supervisor = new Supervisor((event) => told.push(`${event.part} ${event.type}`));
  onTestFinished(() => supervisor.close());
  supervisor.add(0, 'a', (signal) => part(folder, 'a', signal));
  supervisor.add(1, 'fails', (signal) => part(folder, 'fails', signal, 'sleep 0.2; exit 1'));
  supervisor.add(1, 'slow', (signal) => part(folder, 'slow', signal, 'echo $$ > slow.pid; exec sleep 60'));
  const began = performance.now();
  await expect(supervisor.startAll()).rejects.toThrow('fails ended before it was ready: exit code 1');
  expect(performance.now() - began).toBeLessThan(4000);
  expect(told).toEqual(['a starting', 'a ready', 'fails starting', 'slow starting', 'a stopping', 'a stopped']);
  expect(await isRunning(Number(await readFile(join(folder, 'slow.pid'), 'utf8')))).toBe(false);
});
