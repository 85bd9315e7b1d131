import { keyCodes } from '#shared/keys.ts';

/** What is read of a keyboard event. */
export interface KeyPress {
  readonly code: string;
  readonly key: string;
}

/** Keys whose names of the UI Events standard are other names, or sides, of a key that the protocol has. */
const folded: Readonly<Record<string, string>> = {
  ControlLeft: 'Control',
  ControlRight: 'Control',
  ShiftLeft: 'Shift',
  ShiftRight: 'Shift',
  AltLeft: 'Alt',
  AltRight: 'Alt',
  MetaLeft: 'Meta',
  MetaRight: 'Meta',
  OSLeft: 'Meta',
  OSRight: 'Meta',
  IntlBackslash: 'Backslash',
  NumpadEnter: 'Enter',
  NumpadSubtract: 'Minus',
  NumpadDivide: 'Slash',
  NumpadComma: 'Comma',
  NumpadEqual: 'Equal',
  NumpadBackspace: 'Backspace',
  VolumeDown: 'AudioVolumeDown',
  VolumeUp: 'AudioVolumeUp',
};

/** Keys of the numeric pad that are on the main block only together with Shift. */
const shifted: Readonly<Record<string, string>> = { NumpadAdd: 'Equal', NumpadMultiply: 'Digit8' };

const codes: Readonly<Record<string, number>> = keyCodes;
const codeOf = (name: string): number | undefined => (Object.hasOwn(codes, name) ? codes[name] : undefined);
const own = (table: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * The protocol's codes for a key, in the order in which they go down: one, or Shift and one; none for a key that the
 * protocol does not have. The numeric pad follows NumLock: what it types is told by `key` (`7` or `Home`).
 */
export function codesOf({ code, key }: KeyPress): readonly number[] {
  if (code === 'AltRight' && key === 'AltGraph') return [keyCodes.AltGraph];
  const withShift = own(shifted, code);
  if (withShift !== undefined) return present([keyCodes.Shift, codeOf(withShift)]);
  return present([codeOf(own(folded, code) ?? pad(code, key) ?? code)]);
}

function pad(code: string, key: string): string | undefined {
  const digit = /^Numpad(\d)$/.exec(code)?.[1];
  if (digit === undefined && code !== 'NumpadDecimal') return undefined;
  if (codeOf(key) !== undefined) return key;
  return digit === undefined ? 'Period' : `Digit${digit}`;
}

const present = (codes: readonly (number | undefined)[]): number[] => codes.filter((code) => code !== undefined);
