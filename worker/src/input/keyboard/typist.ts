import { setTimeout } from 'node:timers/promises';
import { keyCodes } from '#shared/keys.ts';
import type { Connection } from '#worker/input/connection.ts';
import { xKeyCode } from '#worker/input/keymap.ts';
import { keysymOf } from './keysyms.ts';
import { KeyLayout } from './layout.ts';

/** Key codes that change what other keys do. */
const modifierKeys: ReadonlySet<number> = new Set(
  [keyCodes.Control, keyCodes.Shift, keyCodes.Alt, keyCodes.Meta, keyCodes.AltGraph].flatMap((code) => xKeyCode(code) ?? []),
);
const shiftKey = xKeyCode(keyCodes.Shift) ?? 50;

/** Of MappingNotify: the keyboard's layout has changed. */
const mappingKeyboard = 1;

/** Types any text, and presses keys, at a display. */
export class Typist {
  readonly #connection: Connection;
  readonly #layout = new KeyLayout();
  readonly #down = new Set<number>();
  readonly #now: () => number;

  private constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  /** @throws Error where the display does not tell its layout. */
  static async open(connection: Connection, now: () => number = () => performance.now()): Promise<Typist> {
    const typist = new Typist(connection, now);
    await typist.#read();
    connection.client.on('event', ({ name, request, firstKeyCode = 0, count = 0 }) => {
      if (name !== 'MappingNotify' || request !== mappingKeyboard) return;
      // What is given to a spare key tells of itself too.
      if (count === 1 && typist.#layout.isSpare(firstKeyCode)) return;
      typist.#read().catch(() => undefined);
    });
    return typist;
  }

  press(keyCode: number, pressed: boolean): void {
    if (pressed) this.#down.add(keyCode);
    else this.#down.delete(keyCode);
    this.#send(keyCode, pressed);
  }

  /** Presses and releases a key, without the modifiers that are held. */
  tap(keyCode: number, times: number): void {
    this.#without(
      [...this.#down].filter((key) => modifierKeys.has(key)),
      () => {
        for (let i = 0; i < times; i += 1) this.#click(keyCode);
      },
    );
  }

  /** Types a text; what no key can type is left out. Resolves when all of it is typed, undefined where that is at once. */
  type(text: string): Promise<void> | undefined {
    return this.#typeFrom(Array.from(text), 0);
  }

  #typeFrom(characters: readonly string[], from: number): Promise<void> | undefined {
    for (let i = from; i < characters.length; i += 1) {
      const keysym = keysymOf(characters[i] ?? '');
      const found = keysym === undefined ? undefined : this.#layout.find(keysym, this.#now());
      if (keysym === undefined || found === undefined) continue;
      if ('waitMs' in found) return setTimeout(found.waitMs).then(() => this.#typeFrom(characters, i));
      if (found.give) this.#connection.client.ChangeKeyboardMapping(found.stroke.keyCode, 2, [keysym, keysym]);
      this.#stroke(found.stroke);
    }
    return undefined;
  }

  #stroke({ keyCode, shift }: { keyCode: number; shift: boolean }): void {
    const held = [...this.#down].filter((key) => modifierKeys.has(key) && !(shift && key === shiftKey));
    this.#without(held, () => {
      const bring = shift && !this.#down.has(shiftKey);
      if (bring) this.#send(shiftKey, true);
      // One that is held is let go first: else its press is none.
      if (this.#down.delete(keyCode)) this.#send(keyCode, false);
      this.#click(keyCode);
      if (bring) this.#send(shiftKey, false);
    });
  }

  #without(keys: readonly number[], work: () => void): void {
    for (const key of keys) this.#send(key, false);
    work();
    for (const key of keys.toReversed()) this.#send(key, true);
  }

  #click(keyCode: number): void {
    this.#send(keyCode, true);
    this.#send(keyCode, false);
  }

  #send(keyCode: number, pressed: boolean): void {
    const { test } = this.#connection;
    test.FakeInput(pressed ? test.KeyPress : test.KeyRelease, keyCode, 0, 0, 0, 0);
  }

  async #read(): Promise<void> {
    const { client, firstKeyCode, lastKeyCode } = this.#connection;
    const rows = await new Promise<number[][]>((resolve, reject) => {
      client.GetKeyboardMapping(firstKeyCode, lastKeyCode - firstKeyCode + 1, (error, found) => {
        if (error) reject(error);
        else resolve(found);
        return true;
      });
    });
    this.#layout.read(firstKeyCode, rows);
  }
}
