import { keyCodes } from '#shared/keys.ts';

/**
 * X key codes by the key's name: 8 more than the kernel's (linux/input-event-codes.h), as the evdev rules of XKB have them.
 * A code names the place of a key; what it types is the layout's matter.
 */
const xKeyCodes: Readonly<Record<string, number>> = {
  Escape: 9,
  ...row(10, ['Digit1', 'Digit2', 'Digit3', 'Digit4', 'Digit5', 'Digit6', 'Digit7', 'Digit8', 'Digit9', 'Digit0']),
  ...row(20, ['Minus', 'Equal', 'Backspace', 'Tab']),
  ...row(24, ['KeyQ', 'KeyW', 'KeyE', 'KeyR', 'KeyT', 'KeyY', 'KeyU', 'KeyI', 'KeyO', 'KeyP']),
  ...row(34, ['BracketLeft', 'BracketRight', 'Enter', 'Control']),
  ...row(38, ['KeyA', 'KeyS', 'KeyD', 'KeyF', 'KeyG', 'KeyH', 'KeyJ', 'KeyK', 'KeyL']),
  ...row(47, ['Semicolon', 'Quote', 'Backquote', 'Shift', 'Backslash']),
  ...row(52, ['KeyZ', 'KeyX', 'KeyC', 'KeyV', 'KeyB', 'KeyN', 'KeyM', 'Comma', 'Period', 'Slash']),
  ...row(64, ['Alt', 'Space', 'CapsLock']),
  ...row(67, ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10']),
  ...row(77, ['NumLock', 'ScrollLock']),
  ...row(95, ['F11', 'F12']),
  ...row(107, ['PrintScreen', 'AltGraph']),
  ...row(110, ['Home', 'ArrowUp', 'PageUp', 'ArrowLeft', 'ArrowRight', 'End', 'ArrowDown', 'PageDown', 'Insert', 'Delete']),
  ...row(122, ['AudioVolumeDown', 'AudioVolumeUp', 'Power']),
  Pause: 127,
  Meta: 133,
  BrowserBack: 166,
};

const byProtocol: ReadonlyMap<number, number> = new Map(
  Object.entries(keyCodes).flatMap(([name, code]) => {
    const xCode = xKeyCodes[name];
    return xCode === undefined ? [] : [[code, xCode] as const];
  }),
);

/** The X key code of a key code of the protocol, or undefined where it names no key. */
export const xKeyCode = (code: number): number | undefined => byProtocol.get(code);

/** Neighbours on the keyboard have key codes in a row. */
function row(first: number, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, first + i]));
}
