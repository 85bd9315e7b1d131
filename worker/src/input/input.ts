import type { InputMessage } from '#shared/control.ts';
import type { Logger } from '#shared/log.ts';
import { type Connection, type DisplayAddress, openConnection } from './connection.ts';
import { type FocusKeeper, keepFocus } from './focus.ts';
import { type Action, nothingHeld, releaseAll, type Step } from './held.ts';
import { openScreen } from './screen.ts';
import { type ScreenSize, translate } from './translate.ts';
import { openWindows } from './windows.ts';

export interface InputOptions {
  display: DisplayAddress;
  log: Logger;
  /** Called once when the display has gone. From then on, `handle` does nothing. */
  onFailure?: (error: Error) => void;
}

/** Plays what a peer does at its mouse, keyboard and touch screen to a display. */
export interface Input {
  /** Never throws. */
  handle(message: InputMessage): void;
  /** Releases all keys and buttons that are held: the peer has gone and will not. */
  releaseAll(): void;
  /**
   * Changes the display's size, within that which it was started with; windows and pointer follow.
   *
   * @throws Error where the display refuses; it is then as it was.
   */
  resize(screen: ScreenSize): Promise<void>;
  /** Releases what is held, and lets go of the display. Idempotent. */
  close(): void;
}

/**
 * Opens the input of a display, and gives the keyboard to the application's windows for as long as it is open.
 *
 * @throws Error where the display can't be reached.
 */
export async function openInput(options: InputOptions): Promise<Input> {
  const { display, log, onFailure } = options;
  let held = nothingHeld;
  let open = true;

  const connection = await openConnection({
    display,
    onLost(error) {
      open = false;
      log.warn('input.lost', { error });
      onFailure?.(error);
    },
    onRefused: (error) => log.debug('input.refused', { error }),
  });
  const screen = await openScreen(connection, openWindows(connection)).catch((error: unknown) => {
    connection.close();
    throw error;
  });
  const focus = keepFocus(connection);

  const take = (step: Step): void => {
    held = step.held;
    for (const action of step.actions) inject(connection, focus, action);
  };
  const release = (): void => {
    if (open) take(releaseAll(held));
  };
  return {
    handle(message) {
      if (open) take(translate(held, message, screen.size));
    },
    releaseAll: release,
    resize: (size) => screen.resize(size),
    close() {
      release();
      open = false;
      connection.close();
    },
  };
}

/** X takes 1 as the detail of a motion for a relative one (XTEST protocol, FakeInput). */
const relative = 1;

function inject({ test, root }: Connection, focus: FocusKeeper, action: Action): void {
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
    case 'key':
      test.FakeInput(action.pressed ? test.KeyPress : test.KeyRelease, action.keyCode, 0, 0, 0, 0);
      return;
    default:
      throw action satisfies never;
  }
}
