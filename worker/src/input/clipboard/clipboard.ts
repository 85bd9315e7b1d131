/// <reference path="../x11.d.ts" />
import { setTimeout as delay } from 'node:timers/promises';
import x11 from 'x11';
import type { Logger } from '#shared/log.ts';
import type { Connection } from '#worker/input/connection.ts';
import { type Atoms, internAtoms } from './atoms.ts';
import { ClipboardOwner } from './owner.ts';
import { ClipboardReader, NoAnswer } from './reader.ts';

/** The text that a display's applications copy and paste: the selection CLIPBOARD. */
export interface Clipboard {
  /** Gives them a text to paste. */
  set(text: string): void;
  /** From now on, tells what they copy. Once. */
  watch(onCopied: (text: string) => void): void;
}

/** Of SelectSelectionInput: tell of new owners. */
const newOwner = 1;

/** An application that has copied and is busy is asked so often, each time after a longer pause. Milliseconds. */
const mostAsked = 4;
const againMs = 500;

/** @throws Error where the display refuses. */
export async function openClipboard(connection: Connection, log: Logger): Promise<Clipboard> {
  const { client, root } = connection;
  const atoms = await internAtoms(connection);
  const window = client.AllocID();
  client.CreateWindow(window, root, 0, 0, 1, 1, 0, 0, 0, 0, { eventMask: x11.eventMask.PropertyChange });
  const owner = new ClipboardOwner(connection, window, atoms);
  return {
    set: (text) => owner.take(text),
    watch: (onCopied) => watch({ connection, window, atoms, onCopied, log }),
  };
}

interface WatchOptions {
  connection: Connection;
  window: number;
  atoms: Atoms;
  onCopied: (text: string) => void;
  log: Logger;
}

function watch({ connection, window, atoms, onCopied, log }: WatchOptions): void {
  const { client, fixes } = connection;
  const reader = new ClipboardReader(connection, window, atoms);
  let changes = 0;
  let reading = false;
  /** Asks for what was copied, again where the application is busy; null where there is no text, or another one meanwhile. */
  const ask = async (seen: number): Promise<string | null> => {
    for (let asked = 1; ; asked += 1) {
      try {
        return await reader.read();
      } catch (error) {
        if (seen !== changes || connection.isOver()) return null;
        if (!(error instanceof NoAnswer) || asked === mostAsked) throw error;
        await delay(asked * againMs);
      }
    }
  };
  /** Reads until nobody has copied anything meanwhile. */
  const read = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    for (let seen = -1; seen !== changes; ) {
      seen = changes;
      try {
        const text = await ask(seen);
        if (seen === changes && text !== null) onCopied(text);
      } catch (error) {
        log.info('clipboard.not-read', { reason: error instanceof Error ? error.message : 'unknown' });
      }
    }
    reading = false;
  };
  client.on('event', ({ name, selection, owner: by }) => {
    // The extension's event tells who owns it now; the core's, of the same name, does not.
    if (name !== 'SelectionNotify' || by === undefined || selection !== atoms.clipboard) return;
    if (by === window || by === 0) return;
    changes += 1;
    void read();
  });
  fixes.SelectSelectionInput(window, atoms.clipboard, newOwner);
}
