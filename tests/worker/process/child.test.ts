import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { type ChildOptions, startChild } from '#worker/process/child.ts';
import { describeExit, StartError } from '#worker/process/exit.ts';
import { descendants, isRunning, withEnvironment } from '#worker/process/tree.ts';

const log = jsonLogger(() => undefined, 'error');
const environment = { PATH: '/usr/bin:/bin' };

const shell = (script: string, more: Partial<ChildOptions> = {}): ChildOptions => ({
  name: 'The program',
  command: 'sh',
  arguments: ['-c', script],
  environment,
  log,
  ...more,
});

/** Ready when the child has written something to its file descriptor 3. */
const onPipe: ChildOptions['ready'] = async ({ pipe, abort }) => void (await once(pipe, 'data', { signal: abort }));

test('[PR1] a child is started when it says that it is ready', async () => {
  const child = await startChild(shell('sleep 0.2; echo now >&2; echo x >&3; sleep 100', { ready: onPipe }));
  expect(child.tail()).toBe('now');
  await child.stop();
});

test('[PR2] a command that is not there is named', async () => {
  const started = startChild({ ...shell(''), command: 'no-such-program' });
  await expect(started).rejects.toThrow("The program could not be started: the command 'no-such-program' was not found");
});

test('[PR2] a working directory that is not there is named', async () => {
  const started = startChild(shell('true', { workingDirectory: '/no/such/place' }));
  await expect(started).rejects.toThrow("the working directory '/no/such/place' does not exist");
});

test('[PR2] a child that exits before it is ready fails with its last line', async () => {
  const onExit = vi.fn();
  const error = await startChild(shell('echo first >&2; echo why >&2; exit 3', { ready: onPipe, onExit })).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(StartError);
  expect(error).toMatchObject({
    reason: 'exit',
    message: expect.stringMatching(/^The program exited with code 3 after \d\.\d s: why$/),
  });
  expect(onExit).not.toHaveBeenCalled();
});

test('[PR2] a child that is not ready in time is ended', async () => {
  let pid = 0;
  const started = startChild(
    shell('sleep 100', {
      readyTimeoutMs: 100,
      ready: async (starting) => {
        pid = starting.pid;
        await onPipe(starting);
      },
    }),
  );
  await expect(started).rejects.toThrow('The program was not ready within 0.1 s');
  expect(isRunning(pid)).toBe(false);
});

test('[PR3] stop ends the whole process group, and more than once is once', async () => {
  const child = await startChild(shell('sleep 100 & sleep 100 & echo x >&3; wait', { ready: onPipe }));
  const below = descendants(child.pid);
  expect(below).toHaveLength(2);
  await Promise.all([child.stop(), child.stop()]);
  await child.stop();
  await vi.waitFor(() => expect([child.pid, ...below].filter(isRunning)).toEqual([]), 5000);
});

test('[PR3] who ignores SIGTERM is killed when its time is up', async () => {
  const child = await startChild(
    shell("trap '' TERM; echo x >&3; while :; do sleep 1; done", { ready: onPipe, stopTimeoutMs: 100 }),
  );
  await child.stop();
  expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
});

test('[PR3] a child that left others of its group behind leaves none after stop', async () => {
  const child = await startChild(shell('sleep 100 & echo $! >&2; exit 0'));
  await child.exited;
  const left = Number(child.tail());
  expect(isRunning(left)).toBe(true);
  await child.stop();
  await vi.waitFor(() => expect(isRunning(left)).toBe(false), 5000);
});

test('[PR4] its exit is told once, with code, time and last line', async () => {
  const onExit = vi.fn();
  const child = await startChild(shell('echo bad >&2; exit 7', { onExit }));
  const exit = await child.exited;
  await child.stop();
  expect(onExit).toHaveBeenCalledExactlyOnceWith(exit);
  expect(exit).toMatchObject({ code: 7, signal: null, lastLine: 'bad' });
  expect(describeExit({ ...exit, ranMs: 240 })).toBe('exited with code 7 after 0.2 s: bad');
});

test('[PR5] a child that writes without end blocks nothing and fills no disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'child-test-'));
  const logFile = join(directory, 'log');
  const child = await startChild(shell('head -c 3000000 /dev/zero | tr "\\0" "x"; echo; echo end', { logFile }));
  expect(await child.exited).toMatchObject({ code: 0, lastLine: 'end' });
  await vi.waitFor(async () => expect(await readFile(logFile)).toHaveLength(1024 * 1024), 5000);
  await rm(directory, { recursive: true });
});

test('[PR6] a process that left its parent is found by its environment', async () => {
  const mark = `mark-${process.pid}`;
  const child = await startChild(
    shell('setsid sh -c "echo x >&3; exec sleep 100" & wait', { ready: onPipe, environment: { ...environment, MARK: mark } }),
  );
  await child.stop();
  await vi.waitFor(() => expect(withEnvironment('MARK', mark)).toHaveLength(1), 5000);
  for (const pid of withEnvironment('MARK', mark)) process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(withEnvironment('MARK', mark)).toEqual([]), 5000);
});
