/// <reference path="../x11.d.ts" />
import x11 from 'x11';
import type { Logger } from '#shared/log.ts';
import type { Connection } from '#worker/input/connection.ts';
import { type Atoms, internAtoms } from './atoms.ts';
import { ClipboardOwner } from './owner.ts';
import { ClipboardReader } from './reader.ts';

/** The text that a display's applications copy and paste: the selection CLIPBOARD. */
export interface Clipboard {
  /** Gives them a text to paste. */
  set(text: string): void;
  /** From now on, tells what they copy. Once. */
  watch(onCopied: (text: string) => void): void;
}

/** Of SelectSelectionInput: tell of new owners. */
const newOwner = 1;

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
  /** Reads until nobody has copied anything meanwhile. */
  const read = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    for (let seen = -1; seen !== changes; ) {
      seen = changes;
      try {
        const text = await reader.read();
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
