import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Logger } from '#shared/log.ts';
import type { Screen } from '#shared/screen.ts';
import { type Child, startChild } from '#worker/process/child.ts';
import type { ChildExit } from '#worker/process/exit.ts';

/** How a client reaches an X display: the value of DISPLAY, and the path of an Xauthority file with its cookie. */
export interface DisplayAddress {
  name: string;
  authority: string;
}

export interface Display {
  address: DisplayAddress;
  child: Child;
  /** Ends the server. Nothing of it is left, even where it was killed before. Idempotent. */
  stop(): Promise<void>;
}

export interface DisplayOptions {
  screen: Screen;
  authority: string;
  log: Logger;
  onExit: (exit: ChildExit) => void;
}

/**
 * Starts an X server without a screen of its own (Xvfb(1)), at the screen's size, on a display number that is free.
 *
 * @throws StartError
 */
export async function startDisplay({ screen, authority, log, onExit }: DisplayOptions): Promise<Display> {
  let name = '';
  const child = await startChild({
    name: 'The display server (Xvfb)',
    command: 'Xvfb',
    arguments: displayArguments(screen, authority),
    environment: { PATH: serverPath },
    log,
    onExit,
    ready: async ({ pipe, abort }) => {
      let answer = '';
      while (!answer.includes('\n')) {
        const [chunk]: unknown[] = await once(pipe, 'data', { signal: abort });
        answer += String(chunk);
      }
      name = `:${Number.parseInt(answer, 10)}`;
    },
  });
  return {
    address: { name, authority },
    child,
    async stop() {
      await child.stop();
      await removeStaleSocket(displaySocket(name));
    },
  };
}

/** The socket of a display (X(7)). */
export const displaySocket = (name: string): string => `/tmp/.X11-unix/X${name.slice(1)}`;

/** A server that was killed leaves its socket. Another server may have taken the number since: its socket answers, and stays. */
async function removeStaleSocket(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') await rm(path, { force: true });
  } finally {
    socket.destroy();
  }
}

/** Where the servers and their helpers (xkbcomp) are. */
export const serverPath = '/usr/local/bin:/usr/bin:/bin';

/**
 * `-displayfd` without a display number takes the first that is free and writes it there when the server is ready. It tells
 * by the abstract socket whether a number is free, so that with `-nolisten local` it would take over a number in use.
 * `-noreset`: the server stays as it is when its last client has gone. `-s 0`, `-dpms`: never blank.
 */
export function displayArguments({ width, height }: Pick<Screen, 'width' | 'height'>, authority: string): string[] {
  return [
    ...['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-dpi', '96', '-auth', authority],
    ...['-nolisten', 'tcp', '-noreset', '-s', '0', '-dpms', '+extension', 'RANDR'],
  ];
}
