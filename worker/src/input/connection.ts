/// <reference path="./x11.d.ts" />
import { connect } from 'node:net';
import x11, { type RandR, type XClient, type XDisplay, type XFixes, type XInput, type XTest } from 'x11';
import { readCookie } from './cookie.ts';
import type { DeviceSockets } from './device.ts';

/** How a client reaches an X display: the value of DISPLAY, and the path of an Xauthority file with its cookie. */
export interface DisplayAddress {
  name: string;
  authority: string;
  /** Where touches and pens are put in, for a display that has such devices. */
  devices?: DeviceSockets;
}

export interface Connection {
  client: XClient;
  test: XTest;
  randr: RandR;
  fixes: XFixes;
  inputs: XInput;
  root: number;
  firstKeyCode: number;
  lastKeyCode: number;
  /** Whether it was closed, or lost. */
  isOver(): boolean;
  close(): void;
}

export interface ConnectionOptions {
  display: DisplayAddress;
  /** The display has gone. Called at most once, and not after `close`. */
  onLost: (error: Error) => void;
  /** The server refused a request; the connection goes on. */
  onRefused: (error: Error) => void;
}

const connectTimeoutMs = 5000;

/**
 * Connects to a display on this machine, with its extensions XTEST, RANDR, XFIXES and XInputExtension.
 *
 * @throws Error where the display does not answer, refuses, or takes longer than 5 s.
 */
export async function openConnection({ display, onLost, onRefused }: ConnectionOptions): Promise<Connection> {
  const auth = await readCookie(display.authority);
  const number = /^:(\d+)/.exec(display.name)?.[1];
  if (number === undefined) throw new Error(`'${display.name}' is no display of this machine.`);
  // A socket of our own: the library would otherwise try TCP where there is none, and look for cookies by itself.
  const stream = connect(`/tmp/.X11-unix/X${number}`);
  let over = false;
  const close = (): void => {
    over = true;
    stream.destroy();
  };
  const timer = setTimeout(() => stream.destroy(new Error(`Display ${display.name} did not answer.`)), connectTimeoutMs);
  try {
    return await new Promise<Connection>((resolve, reject) => {
      const lost = (error: Error): void => {
        reject(error);
        if (over) return;
        over = true;
        onLost(error);
      };
      const options = { display: display.name, stream, auth, disableBigRequests: true };
      const client = x11.createClient(options, (error, found: XDisplay) => {
        const root = found?.screen[0]?.root;
        if (error !== undefined || root === undefined) return reject(error ?? new Error('The display has no screen.'));
        // The library remembers the atoms of all displays in one table, though each display has numbers of its own.
        client.atoms = { ...client.atoms };
        const { min_keycode: firstKeyCode, max_keycode: lastKeyCode } = found;
        extensionsOf(client).then(
          (extensions) => resolve({ client, ...extensions, root, firstKeyCode, lastKeyCode, isOver: () => over, close }),
          reject,
        );
      });
      stream.on('close', () => lost(new Error(`The connection to display ${display.name} was closed.`)));
      // The library puts errors of the protocol and of the socket into one event; the former have a number.
      client.on('error', (error) => ('error' in error ? onRefused(error) : reject(error)));
    });
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function extensionsOf(client: XClient): Promise<Pick<Connection, 'test' | 'randr' | 'fixes' | 'inputs'>> {
  const [test, randr, fixes, inputs] = await Promise.all([
    having<XTest>((answer) => client.require('xtest', answer)),
    having<RandR>((answer) => client.require('randr', answer)),
    having<XFixes>((answer) => client.require('fixes', answer)),
    having<XInput>((answer) => client.require('xinput', answer)),
  ]);
  return { test, randr, fixes, inputs };
}

const having = <T>(ask: (answer: (missing: Error | null | undefined, extension: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) =>
    ask((missing, extension) => (missing instanceof Error ? reject(missing) : resolve(extension))),
  );
