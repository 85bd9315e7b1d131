import { once } from 'node:events';
import { getuid } from 'node:process';
import type { Logger } from '#shared/log.ts';
import { startChild } from './child.ts';

/** A System V IPC namespace (ipc_namespaces(7)): processes in it share memory with each other, and with nobody else. */
export interface IpcNamespace {
  /** The words before a command line that put it into the namespace; none where there is no namespace of its own. */
  readonly enter: readonly string[];
  /** Whoever is in it stays; it ends with the last process. Idempotent. */
  close(): Promise<void>;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Opens a namespace in which a display, the application on it and what captures it can pass pictures through shared memory
 * (MIT-SHM), which saves a copy of each through a socket. Only root can, and only where its container lets it; anyone else gets none.
 *
 * It is held by a process that waits for the end of its input, so that it goes with us even where we are killed.
 */
export async function openIpcNamespace(log: Logger): Promise<IpcNamespace> {
  const none: IpcNamespace = { enter: [], close: () => Promise.resolve() };
  if (getuid?.() !== 0) return none;
  const holder = await startChild({
    name: 'The holder of the IPC namespace',
    command: 'unshare',
    // Says that it is in, then waits for ever: file descriptor 3 is closed when we end.
    arguments: ['--ipc', '--', 'sh', '-c', 'echo in >&3; exec cat <&3 >/dev/null'],
    environment: { PATH: path },
    ready: async ({ pipe, abort }) => void (await once(pipe, 'data', { signal: abort })),
    log,
  }).catch((error: unknown) => {
    log.warn('ipc.no-namespace', { error });
    return undefined;
  });
  if (holder === undefined) return none;
  const { pid, stop } = holder;
  // Absolute, as an application may have a PATH of its own.
  return { enter: ['/usr/bin/nsenter', `--ipc=/proc/${pid}/ns/ipc`, '--'], close: stop };
}
