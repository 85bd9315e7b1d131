/// <reference path="./x11.d.ts" />
import x11 from 'x11';
import type { Connection } from './connection.ts';
import { openWindows } from './windows.ts';

/**
 * Gives the keyboard to windows, as a window manager does: to each as it appears, to the one that is clicked, and to what is
 * left when one goes. Where a window manager runs in the display, that is its matter.
 */
export interface FocusKeeper {
  /** A button was pressed, wherever the pointer is. */
  pressed(): void;
}

/** Of SetInputFocus: when the window goes, the keyboard follows the pointer. */
const toPointerRoot = 1;

/** Keeps the focus for as long as the connection is open. */
export function keepFocus({ client, root }: Pick<Connection, 'client' | 'root'>): FocusKeeper {
  const windows = openWindows({ client, root });

  const give = async (window: number, raise: boolean): Promise<void> => {
    if (!(await windows.takesFocus(window)) || (await windows.isManaged())) return;
    // The window may have gone meanwhile: the server refuses then, and tells of the end of the window by an event.
    if (raise) client.RaiseWindow(window, () => true);
    client.SetInputFocus(window, toPointerRoot, () => true);
  };

  /** The window that has the keyboard may be one within a top-level window, by the application's own choice. */
  const owner = async (): Promise<number | undefined> => {
    const focused = await windows.focused();
    return focused === undefined || focused <= toPointerRoot || focused === root ? undefined : windows.topLevelOf(focused);
  };

  const giveTopmost = async (): Promise<void> => {
    if ((await owner()) !== undefined) return;
    for (const window of (await windows.all()).toReversed()) {
      if (await windows.takesFocus(window)) return give(window, false);
    }
  };

  const givePointed = async (): Promise<void> => {
    const window = await windows.pointed();
    if (window !== undefined && window !== 0 && window !== (await owner())) await give(window, true);
  };

  client.on('event', ({ name, wid }) => {
    if (name === 'MapNotify' && wid !== undefined) void give(wid, false);
    else if (name === 'UnmapNotify' || name === 'DestroyNotify') void giveTopmost();
  });
  client.ChangeWindowAttributes(root, { eventMask: x11.eventMask.SubstructureNotify });
  void giveTopmost();
  return { pressed: () => void givePointed() };
}
