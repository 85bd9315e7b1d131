import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Logger } from '#shared/log.ts';
import { type GamepadMessage, gamepadEvents } from './events.ts';

export interface GamepadsOptions {
  /** The program that makes a gamepad (worker/native/gamepad.c). */
  helper: string;
  /** How many. */
  count: number;
  log: Logger;
}

/** Gamepads of the kernel's own (uinput), which an application finds as it finds others. */
export interface Gamepads {
  /** The devices that the application must see: /dev/input/eventN and /dev/input/jsN. */
  readonly devices: readonly string[];
  handle(message: GamepadMessage): void;
  /** The gamepads are unplugged. Idempotent. */
  close(): void;
}

/** How long a gamepad may take to appear, in milliseconds. */
const readyMs = 3000;

/** Plugs gamepads in. @throws Error that says why, where this host can't: there is no /dev/uinput, or it may not be written. */
export async function openGamepads({ helper, count, log }: GamepadsOptions): Promise<Gamepads> {
  const children: ChildProcess[] = [];
  const close = (): void => {
    for (const child of children) child.kill();
  };
  try {
    const devices: string[] = [];
    for (let number = 0; number < count; number += 1) devices.push(...(await plugIn(helper, number, children)));
    for (const child of children) child.on('exit', (code) => log.info('gamepad.gone', { code }));
    return {
      devices,
      handle(message) {
        const events = gamepadEvents(message);
        // Each is a few bytes: one that is behind is gone.
        if (events.length > 0) children[message.data.id]?.stdin?.write(events);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Starts the program of one gamepad. @returns its devices, which it writes a line each, and an empty one behind them. */
async function plugIn(helper: string, number: number, children: ChildProcess[]): Promise<string[]> {
  const child = spawn(helper, [`Farpane gamepad ${number + 1}`], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
  children.push(child);
  // It ends with us: its input does.
  child.stdin.on('error', () => undefined);
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const timer = setTimeout(reject, readyMs, new Error('The gamepad did not appear.'));
  let why = '';
  child.stderr.on('data', (chunk: Buffer) => {
    why += chunk.toString('utf8').slice(0, 1000);
  });
  child.once('error', reject);
  child.once('close', () => reject(new Error(why.trim() === '' ? 'The gamepad is gone.' : why.trim())));
  const devices: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => (line === '' ? resolve(devices) : devices.push(line)));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
