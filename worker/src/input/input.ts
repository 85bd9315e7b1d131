import type { CursorPlace } from '#shared/control/cursor.ts';
import type { DisplayMessage } from '#shared/control.ts';
import type { Logger } from '#shared/log.ts';
import { type Clipboard, openClipboard } from './clipboard/clipboard.ts';
import { type Connection, type DisplayAddress, openConnection } from './connection.ts';
import { type Cursor, watchCursor } from './cursor/cursor.ts';
import { type Following, followPointer } from './cursor/place.ts';
import { keepFocus } from './focus.ts';
import { nothingHeld, releaseAll, type Step } from './held.ts';
import { openTouchScreen, type TouchScreen } from './inputtest/touch-screen.ts';
import { Typist } from './keyboard/typist.ts';
import { Player } from './player.ts';
import { type DisplayScreen, openScreen, type ScreenWish } from './screen.ts';
import { openTablet, type Tablet } from './tablet/tablet.ts';
import { translate } from './translate.ts';
import { openWindows } from './windows.ts';

export interface InputOptions {
  display: DisplayAddress;
  log: Logger;
  /** Called once when the display has gone. From then on, `handle` does nothing. */
  onFailure?: (error: Error) => void;
}

/** Plays what a peer does at its mouse, keyboard, touch screen and tablet to a display. */
export interface Input {
  /** Never throws. */
  handle(message: DisplayMessage): void;
  /** Releases all keys and buttons that are held: the peer has gone and will not. */
  releaseAll(): void;
  /**
   * Changes the display's size, within that which it was started with, and how many dots an inch has; windows and pointer follow.
   *
   * @throws Error where the display refuses; it is then as it was.
   */
  resize(screen: ScreenWish): Promise<void>;
  /** Gives the application a text to paste. */
  setClipboard(text: string): void;
  /** From now on, tells what the application copies. */
  watchClipboard(onCopied: (text: string) => void): void;
  /** Tells what the pointer looks like, now and whenever that changes. */
  watchCursor(onCursor: (cursor: Cursor) => void): void;
  /** Tells where the pointer is, now and whenever it has moved, until it is told to stop; one at a time. @returns how to stop. */
  followPointer(onPlace: (place: CursorPlace) => void): () => void;
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
  let following: Following | undefined;

  const connection = await openConnection({
    display,
    onLost(error) {
      open = false;
      log.warn('input.lost', { error });
      onFailure?.(error);
    },
    onRefused: (error) => log.debug('input.refused', { error }),
  });
  const parts = await openParts(connection, display, log).catch((error: unknown) => {
    open = false;
    connection.close();
    throw error;
  });
  const { screen, player, clipboard } = parts;
  const has = { touch: parts.touchScreen !== null, tablet: parts.tablet !== null };

  const take = (step: Step): void => {
    held = step.held;
    for (const action of step.actions) player.play(action);
  };
  const release = (): void => {
    if (open) take(releaseAll(held));
  };
  return {
    handle(message) {
      if (open) take(translate(held, message, screen.size, has));
    },
    releaseAll: release,
    async resize(wish) {
      await screen.resize(wish);
      following?.hint();
    },
    setClipboard(text) {
      if (open) clipboard.set(text);
    },
    watchClipboard(onCopied) {
      if (open) clipboard.watch(onCopied);
    },
    watchCursor(onCursor) {
      if (open) watchCursor(connection, onCursor);
    },
    followPointer(onPlace) {
      following?.stop();
      if (!open) return () => undefined;
      const started = followPointer({ connection, size: () => screen.size, onPlace });
      following = started;
      return () => started.stop();
    },
    close() {
      release();
      open = false;
      following?.stop();
      player.close();
      parts.touchScreen?.close();
      parts.tablet?.close();
      connection.close();
    },
  };
}

interface Parts {
  screen: DisplayScreen;
  player: Player;
  clipboard: Clipboard;
  touchScreen: TouchScreen | null;
  tablet: Tablet | null;
}

async function openParts(connection: Connection, display: DisplayAddress, log: Logger): Promise<Parts> {
  const screen = await openScreen(connection, openWindows(connection));
  const typist = await Typist.open(connection);
  const clipboard = await openClipboard(connection, log);
  const { devices } = display;
  const touchScreen = devices === undefined ? null : await openTouchScreen(devices.touch, log);
  const tablet = devices?.tablet === undefined ? null : await openTablet(devices.tablet, log);
  const focus = keepFocus(connection);
  const player = new Player({ connection, focus, typist, touchScreen, tablet, size: () => screen.size, log });
  return { screen, player, clipboard, touchScreen, tablet };
}
