import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import { type Child, startChild } from '#worker/process/child.ts';
import { type ChildExit, StartError } from '#worker/process/exit.ts';
import { type XorgOptions, xorgArguments, xorgConfig, xorgDevices } from './displays/xorg.ts';

/** How a client reaches an X display: the value of DISPLAY, and the path of an Xauthority file with its cookie. */
export interface DisplayAddress {
  name: string;
  authority: string;
  /** Where touches and pens are put in, for a display that has such devices. */
  devices?: ReturnType<typeof xorgDevices>;
}

export interface Display {
  address: DisplayAddress;
  child: Child;
  /** Ends the server. Nothing of it is left, even where it was killed before. Idempotent. */
  stop(): Promise<void>;
}

export interface DisplayOptions {
  /** The size of its screen, and the largest that it can be changed to while it runs. Pixels. */
  screen: Size;
  authority: string;
  /** For a display with a touch screen, which only Xorg has. Default: Xvfb, whose only finger, and pen, is the pointer. */
  xorg?: XorgOptions | undefined;
  /** The words before the command line that put it into the instance's IPC namespace. */
  enter: readonly string[];
  log: Logger;
  onExit: (exit: ChildExit) => void;
}

/** Display numbers go round in this range: low ones are what servers take that search for a free one. */
const numbers = { first: 100, end: 30_000 } as const;

/** Where this process begins is by chance, so that others on this machine are seldom met. */
let nextNumber: number = randomInt(numbers.first, numbers.end);

/**
 * A number that this process has not used for long. A server that ends removes its socket last: one that was started with the
 * same number meanwhile would lose its own.
 */
function takeNumber(): number {
  const number = nextNumber;
  nextNumber = number + 1 < numbers.end ? number + 1 : numbers.first;
  return number;
}

const maxAttempts = 10;

/**
 * Starts an X server without a screen of its own (Xvfb(1), or Xorg(1)), at the screen's size.
 *
 * @throws StartError
 */
export async function startDisplay(options: DisplayOptions): Promise<Display> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startNumbered(`:${takeNumber()}`, options);
    } catch (error) {
      const taken = error instanceof StartError && error.reason === 'exit' && error.message.includes('already running');
      if (!taken || attempt === maxAttempts) throw error;
    }
  }
}

async function startNumbered(name: string, { screen, authority, xorg, enter, log, onExit }: DisplayOptions): Promise<Display> {
  if (xorg !== undefined) await writeFile(xorg.config, xorgConfig(screen, xorg));
  const server =
    xorg === undefined
      ? ['Xvfb', ...displayArguments(name, screen, authority)]
      : ['Xorg', ...xorgArguments(name, authority, xorg)];
  const [command, ...rest] = [...enter, ...server] as [string, ...string[]];
  const child = await startChild({
    name: `The display server (${server[0]})`,
    command,
    arguments: rest,
    endsWithUs: true,
    environment: { PATH: serverPath },
    log,
    onExit,
    ready: async ({ pipe, abort }) => void (await once(pipe, 'data', { signal: abort })),
  });
  return {
    address: { name, authority, ...(xorg === undefined ? {} : { devices: xorgDevices(xorg) }) },
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
 * `-displayfd`: the server writes there when it is ready, and makes no lock file: a number in use is told by its abstract
 * socket, which `-nolisten local` would leave out. `-noreset`: the server stays as it is when its last client has gone.
 * `-s 0`, `-dpms`: never blank.
 */
export function displayArguments(name: string, { width, height }: Size, authority: string): string[] {
  return [
    ...[name, '-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-dpi', '96', '-auth', authority],
    ...['-nolisten', 'tcp', '-noreset', '-s', '0', '-dpms', '+extension', 'RANDR'],
  ];
}
