import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { getuid } from 'node:process';
import { expect, onTestFinished, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { findIsolation } from '#worker/instance/isolation.ts';
import { openIpcNamespace } from '#worker/process/ipc-namespace.ts';
import { processOf, type Started, test } from './support.ts';

/** Draws through shared memory where its display can (MIT-SHM), and else through its socket. */
const draws = { command: 'gst-launch-1.0', arguments: ['-q', 'videotestsrc', '!', 'ximagesink'], sound: false };

async function openNamespace(): Promise<readonly string[]> {
  const namespace = await openIpcNamespace(jsonLogger(() => undefined, 'error'));
  onTestFinished(() => namespace.close());
  return namespace.enter;
}

const namespaceOf = (pid: number | 'self'): string => readlinkSync(`/proc/${pid}/ns/ipc`);

/** The namespaces of the display and of the application, as soon as the latter is there. */
const namespacesOf = async (started: Started): Promise<string[]> =>
  await vi.waitFor(() => [namespaceOf(processOf(started, 'Xvfb')), namespaceOf(processOf(started, draws.command))], 5000);

/** How many processes have attached each piece of shared memory that a process of the namespace sees (proc_sysvipc(5)). */
function attached([command = '', ...words]: readonly string[]): number[] {
  const lines = execFileSync(command, [...words, 'cat', '/proc/sysvipc/shm'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const [names = '', ...pieces] = lines.map((line) => line.trim());
  const column = names.split(/\s+/).indexOf('nattch');
  return pieces.map((piece) => Number(piece.split(/\s+/)[column]));
}

test.runIf(getuid?.() === 0)(
  '[IS10] an application shares pictures with its display through shared memory, and with nobody else',
  async ({ start }) => {
    const [enter, otherEnter] = [await openNamespace(), await openNamespace()];
    const one = await start(draws, { id: 'one', enter });
    const other = await start(draws, { id: 'other', enter: otherEnter });
    const [display = '', application] = await namespacesOf(one);
    expect(application).toBe(display);
    expect(await namespacesOf(other)).not.toContain(display);
    expect(namespaceOf('self')).not.toBe(display);
    // The two of them, and no third.
    await vi.waitFor(() => expect(attached(enter)).toContain(2), 10_000);
    expect(Math.max(...attached(enter))).toBe(2);
  },
);

test.runIf(getuid?.() === 0)('[IS10] an application with a PATH of its own shares it too', async ({ start }) => {
  const command = '/usr/bin/sleep';
  const started = await start({ command, environment: { PATH: '/usr/games' } }, { enter: await openNamespace() });
  const application = await vi.waitFor(() => namespaceOf(processOf(started, 'sleep')), 5000);
  expect(application).toBe(namespaceOf(processOf(started, 'Xvfb')));
});

const isolation = await findIsolation(jsonLogger(() => undefined, 'error'));

test.runIf(isolation.kind === 'sandbox')(
  '[IS10] without a namespace for both, the application shares none with its display',
  async ({ start }) => {
    const started = await start(draws);
    const [display, application] = await namespacesOf(started);
    expect(display).toBe(namespaceOf('self'));
    expect(application).not.toBe(display);
  },
);
