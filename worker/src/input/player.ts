import type { Logger } from '#shared/log.ts';
import type { Size } from '#shared/screen.ts';
import type { Connection } from './connection.ts';
import type { FocusKeeper } from './focus.ts';
import type { Action } from './held.ts';
import type { TouchScreen } from './inputtest/touch-screen.ts';
import type { Typist } from './keyboard/typist.ts';
import type { Tablet } from './tablet/tablet.ts';

export interface PlayerOptions {
  connection: Connection;
  focus: FocusKeeper;
  typist: Typist;
  /** Null where the display has none. */
  touchScreen: TouchScreen | null;
  tablet: Tablet | null;
  /** The screen as it is. */
  size: () => Size;
  log: Logger;
}

/** X takes 1 as the detail of a motion for a relative one (XTEST protocol, FakeInput). */
const relative = 1;

/** What may wait behind a text that takes its time. */
const maxWaiting = 10_000;

/** Plays actions to a display, one after the other: what comes behind a text that takes its time waits for it. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #waiting: Action[] = [];
  #busy = false;
  #closed = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  play(action: Action): void {
    if (!this.#busy) {
      this.#run(action);
      return;
    }
    // Who is so far ahead does not mean it.
    if (this.#waiting.length < maxWaiting || (action.type !== 'text' && action.type !== 'tap')) this.#waiting.push(action);
  }

  close(): void {
    this.#closed = true;
  }

  #run(action: Action): void {
    const work = this.#inject(action);
    if (work === undefined) return;
    this.#busy = true;
    work
      .catch((error: unknown) => this.#options.log.warn('input.not-typed', { error }))
      .finally(() => {
        this.#busy = false;
        while (!this.#busy && !this.#closed) {
          const next = this.#waiting.shift();
          if (next === undefined) return;
          this.#run(next);
        }
      });
  }

  #inject(action: Action): Promise<void> | undefined {
    const { connection, focus, typist, touchScreen, tablet, size } = this.#options;
    const { test, root } = connection;
    switch (action.type) {
      case 'move':
        test.FakeInput(test.MotionNotify, 0, 0, root, action.x, action.y);
        return;
      case 'move-by':
        test.FakeInput(test.MotionNotify, relative, 0, 0, action.dx, action.dy);
        return;
      case 'button':
        test.FakeInput(action.pressed ? test.ButtonPress : test.ButtonRelease, action.button, 0, 0, 0, 0);
        // The others turn the wheel, or go back and forward.
        if (action.pressed && action.button <= 3) focus.pressed();
        return;
      case 'touch':
        touchScreen?.touch(action.phase, action.id, action, size());
        // The pointer is where the first finger is.
        if (action.phase === 'begin') focus.pressed();
        return;
      case 'pen':
      case 'pen-near':
      case 'pen-button':
        tablet?.play(action, size());
        if (action.type === 'pen-button' && action.pressed) focus.pressed();
        return;
      case 'key':
        typist.press(action.keyCode, action.pressed);
        return;
      case 'tap':
        typist.tap(action.keyCode, action.times);
        return;
      case 'text':
        return typist.type(action.text);
      default:
        throw action satisfies never;
    }
  }
}
