import type { Connection } from './connection.ts';
import type { Box } from './placement.ts';

/** A window's place; the width of its border is part of its own. */
export interface WindowBox extends Box {
  borderWidth: number;
}

/** Questions about the windows of a display. A window may go at any time: undefined is then the answer. */
export interface Windows {
  /** Whether a window manager runs. */
  isManaged(): Promise<boolean>;
  /** The top-level windows, the topmost last. */
  all(): Promise<number[]>;
  /** The top-level window at the pointer. */
  pointed(): Promise<number | undefined>;
  /** The window that has the keyboard. 0: none; 1: the one at the pointer. */
  focused(): Promise<number | undefined>;
  /** The top-level window that `window` is or is within. */
  topLevelOf(window: number): Promise<number | undefined>;
  /** Whether it is seen, is no menu or tooltip, and does not say that it wants no keyboard. */
  takesFocus(window: number): Promise<boolean>;
  /** Where it is and how large, its border included; undefined where it is not seen, or its place is its own matter (a menu). */
  boxOf(window: number): Promise<WindowBox | undefined>;
  /** Moves it, and gives it that size, its border included. */
  place(window: number, box: WindowBox): void;
}

/** Atoms that every server has (X11 protocol, appendix B). */
const wmHintsAtom = 35;
const anyType = 0;

/** Of a window's attributes: mapped, with all that it is in; and of the kind that shows something. */
const viewable = 2;
const inputOutput = 1;

export function openWindows({ client, root }: Pick<Connection, 'client' | 'root'>): Windows {
  type Attributes = { mapState: number; overrideRedirect: number; klass: number };
  /** Whether it is seen, and is none that does without a window manager on purpose. */
  const isPlain = async (window: number): Promise<boolean> => {
    const seen = await answered<Attributes>((answer) => client.GetWindowAttributes(window, answer));
    return seen !== undefined && seen.mapState === viewable && seen.klass === inputOutput && seen.overrideRedirect === 0;
  };
  const tree = (window: number) => answered<{ parent: number; children: number[] }>((answer) => client.QueryTree(window, answer));

  const property = async (window: number, atom: number, words: number): Promise<Buffer | undefined> => {
    type Property = { type: number; data: Buffer };
    const found = await answered<Property>((answer) => client.GetProperty(0, window, atom, anyType, 0, words, answer));
    return found === undefined || found.type === 0 ? undefined : found.data;
  };

  return {
    /** A window manager says so with a window of its own (Extended Window Manager Hints, _NET_SUPPORTING_WM_CHECK). */
    async isManaged() {
      const check = await answered<number>((answer) => client.InternAtom(false, '_NET_SUPPORTING_WM_CHECK', answer));
      return check !== undefined && (await property(root, check, 1)) !== undefined;
    },
    all: async () => (await tree(root))?.children ?? [],
    pointed: async () => (await answered<{ child: number }>((answer) => client.QueryPointer(root, answer)))?.child,
    focused: async () => (await answered<{ focus: number }>((answer) => client.GetInputFocus(answer)))?.focus,
    async topLevelOf(window) {
      let current = window;
      for (let found = await tree(current); found !== undefined; found = await tree(current)) {
        if (found.parent === root) return current;
        if (found.parent === 0) return undefined;
        current = found.parent;
      }
      return undefined;
    },
    async takesFocus(window) {
      return (await isPlain(window)) && wantsKeyboard(await property(window, wmHintsAtom, 2));
    },
    async boxOf(window) {
      if (!(await isPlain(window))) return undefined;
      type Geometry = { xPos: number; yPos: number; width: number; height: number; borderWidth: number };
      const found = await answered<Geometry>((answer) => client.GetGeometry(window, answer));
      if (found === undefined) return undefined;
      const { xPos: x, yPos: y, width, height, borderWidth } = found;
      return { x, y, width: width + 2 * borderWidth, height: height + 2 * borderWidth, borderWidth };
    },
    place(window, { x, y, width, height, borderWidth }) {
      const inside = (side: number): number => Math.max(1, side - 2 * borderWidth);
      client.MoveResizeWindow(window, x, y, inside(width), inside(height), () => true);
    },
  };
}

/** WM_HINTS (ICCCM 4.1.2.4) begins with flags, of which bit 0 says that the word after them is there: 0 for no keyboard. */
export function wantsKeyboard(wmHints: Buffer | undefined): boolean {
  if (wmHints === undefined || wmHints.length < 8) return true;
  return (wmHints.readUInt32LE(0) & 1) === 0 || wmHints.readUInt32LE(4) !== 0;
}

/** The answer to a request, or undefined where the server refuses it. */
export function answered<T>(
  ask: (answer: (error: Error | null | undefined, value: T) => unknown) => void,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    ask((error, value) => {
      resolve(error ? undefined : value);
      return true;
    });
  });
}
