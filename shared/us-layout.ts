/** What a US keyboard types: the display's layout, to which the keys of the protocol are played. */

export interface UsStroke {
  /** The key's name, as in keys.ts. */
  readonly key: string;
  readonly shift: boolean;
}

const rows: readonly (readonly [plain: string, shifted: string, keys: readonly string[]])[] = [
  [
    'abcdefghijklmnopqrstuvwxyz',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (letter) => `Key${letter}`),
  ],
  ['1234567890', '!@#$%^&*()', Array.from('1234567890', (digit) => `Digit${digit}`)],
  [
    "-=[]\\';,./` ",
    '_+{}|":<>?~',
    [
      'Minus',
      'Equal',
      'BracketLeft',
      'BracketRight',
      'Backslash',
      'Quote',
      'Semicolon',
      'Comma',
      'Period',
      'Slash',
      'Backquote',
      'Space',
    ],
  ],
];

const strokes: ReadonlyMap<string, UsStroke> = new Map(
  rows.flatMap(([plain, shifted, keys]) =>
    keys.flatMap((key, i): [string, UsStroke][] => [
      [plain.charAt(i), { key, shift: false }],
      [shifted.charAt(i), { key, shift: true }],
    ]),
  ),
);

/** How a US keyboard types a character, or undefined where it can't. */
export const usStroke = (character: string): UsStroke | undefined => (character === '' ? undefined : strokes.get(character));
