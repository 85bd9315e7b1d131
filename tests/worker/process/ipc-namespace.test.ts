import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { execPath, getuid } from 'node:process';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { jsonLogger } from '#shared/log.ts';
import { startChild } from '#worker/process/child.ts';
import { type IpcNamespace, openIpcNamespace } from '#worker/process/ipc-namespace.ts';
import { isRunning } from '#worker/process/tree.ts';

const log = jsonLogger(() => undefined, 'error');
const ours = readlinkSync('/proc/self/ns/ipc');
const root = test.runIf(getuid?.() === 0);

async function open(): Promise<IpcNamespace> {
  const namespace = await openIpcNamespace(log);
  onTestFinished(() => namespace.close());
  return namespace;
}

/** The namespace that a command finds itself in. */
const seenBy = ([command = '', ...words]: readonly string[]): string =>
  execFileSync(command, [...words, 'readlink', '/proc/self/ns/ipc'], { encoding: 'utf8' }).trim();

const holderOf = (enter: readonly string[]): number => Number(/\/proc\/(\d+)\/ns\/ipc/.exec(enter.join(' '))?.[1]);

root(
  '[PR7] commands that enter an IPC namespace are in the same one, which is neither ours nor that of another session',
  async () => {
    const [one, other] = [await open(), await open()];
    const seen = seenBy(one.enter);
    expect(seenBy(one.enter)).toBe(seen);
    expect(new Set([seen, seenBy(other.enter), ours]).size).toBe(3);
  },
);

root('[PR7] close ends the holder of the namespace and nothing that is in it, and may be called again', async () => {
  const { enter, close } = await open();
  const [command = '', ...words] = enter;
  const inside = await startChild({
    name: 'A program in the namespace',
    command,
    arguments: [...words, 'sh', '-c', 'echo in >&3; exec sleep 1000'],
    environment: { PATH: '/usr/bin:/bin' },
    ready: async ({ pipe, abort }) => void (await once(pipe, 'data', { signal: abort })),
    log,
  });
  onTestFinished(() => inside.stop());
  const seen = seenBy(enter);
  await Promise.all([close(), close()]);
  await close();
  expect(isRunning(holderOf(enter))).toBe(false);
  expect(readlinkSync(`/proc/${inside.pid}/ns/ipc`)).toBe(seen);
});

/** Another process that opens a namespace, says what it got, and stays. Before that it does what `first` says. */
function startOpener(first = '', before: readonly string[] = []) {
  const script = `
    import { openIpcNamespace } from '#worker/process/ipc-namespace.ts';
    import { jsonLogger } from '#shared/log.ts';
    ${first}
    const namespace = await openIpcNamespace(jsonLogger(console.error, 'error'));
    console.log(JSON.stringify(namespace.enter));
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await namespace.close();
    process.exit(0);`;
  const [command = '', ...words] = [...before, execPath];
  const opener = spawn(command, [...words, '--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void opener.kill('SIGKILL'));
  const said = once(createInterface(opener.stdout), 'line').then(([line]) => decodeJson(z.array(z.string()), line, 'words'));
  return { opener, said };
}

root('[PR7] the holder of the namespace goes with its parent, even where that is killed', async () => {
  const { opener, said } = startOpener();
  const holder = holderOf(await said);
  expect(isRunning(holder)).toBe(true);
  opener.kill('SIGKILL');
  await vi.waitFor(() => expect(isRunning(holder)).toBe(false), 5000);
});

root('[PR7] who is not root gets no namespace of its own', async () => {
  const { opener, said } = startOpener("process.setuid('nobody');");
  expect(await said).toEqual([]);
  opener.stdin.end('close\n');
  expect(await once(opener, 'exit')).toEqual([0, null]);
});

root('[PR7] root that may make no namespace gets none of its own', async () => {
  const { opener, said } = startOpener('', ['setpriv', '--inh-caps=-sys_admin', '--bounding-set=-sys_admin', '--']);
  expect(await said).toEqual([]);
  opener.stdin.end('close\n');
  expect(await once(opener, 'exit')).toEqual([0, null]);
});
