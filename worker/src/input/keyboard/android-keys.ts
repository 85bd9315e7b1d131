import { keyCodes } from '#shared/keys.ts';
import { xKeyCode } from '#worker/input/keymap.ts';

/** Keys that an input method may press, by Android's numbers (android.view.KeyEvent). */
const keys: ReadonlyMap<number, number> = new Map([
  [4, keyCodes.BrowserBack],
  [19, keyCodes.ArrowUp],
  [20, keyCodes.ArrowDown],
  [21, keyCodes.ArrowLeft],
  [22, keyCodes.ArrowRight],
  [61, keyCodes.Tab],
  [62, keyCodes.Space],
  [66, keyCodes.Enter],
  [67, keyCodes.Backspace],
  [92, keyCodes.PageUp],
  [93, keyCodes.PageDown],
  [111, keyCodes.Escape],
  [112, keyCodes.Delete],
  [122, keyCodes.Home],
  [123, keyCodes.End],
  [124, keyCodes.Insert],
  [160, keyCodes.Enter],
]);

/** The X key code of a key of Android's, or undefined where it is none that is known. */
export function androidKey(code: number): number | undefined {
  const key = keys.get(code);
  return key === undefined ? undefined : xKeyCode(key);
}
