import { expect, vi } from 'vitest';
import type { ImeAction } from '#shared/control/keyboard.ts';
import { keyCodes } from '#shared/keys.ts';
import { test } from './support.ts';

const hard = 'Hello, World! éàüß€漢字かなΩЖ😀 {}[]|~ ñ¿¡ŁőşπÆ';
const keyA = 4;
const ime = (action: ImeAction) => ({ type: 'input::ime-event', data: action }) as const;

test('[IT4] any text is typed, also with more characters than there are keys to give them to', async ({ terminal }) => {
  const { input, said } = await terminal();
  // Three times round the spare keys; in pieces, for a terminal that the machine leaves behind reads a key when it means another.
  const pieces = [hard, ...Array.from({ length: 5 }, (_, i) => String.fromCodePoint(...range(0x4e00 + 40 * i, 40)))];
  let expected = '';
  for (const piece of pieces) {
    input.handle(ime({ type: 1, data: { text: piece } }));
    // The key that comes behind the text is not before it.
    for (const pressed of [true, false]) input.handle({ type: 'input::key', data: { code: keyCodes.Enter, pressed } });
    expected += `${piece}\r`;
    await vi.waitFor(() => expect(said()).toBe(expected), 15_000);
  }
});

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

test('[IT5] text is typed as it is, whatever modifiers are held, and these are held after it', async ({ terminal }) => {
  const { input, said } = await terminal();
  const press = (code: number, pressed: boolean) => input.handle({ type: 'input::key', data: { code, pressed } });
  press(keyCodes.Shift, true);
  press(keyCodes.Control, true);
  input.handle(ime({ type: 1, data: { text: 'a/@é' } }));
  press(keyCodes.Control, false);
  press(keyA, true);
  press(keyA, false);
  press(keyCodes.Shift, false);
  press(keyA, true);
  press(keyA, false);
  await vi.waitFor(() => expect(said()).toBe('a/@éAa'), 15_000);
});

test('[IT1] what is composed is taken back by Backspace', async ({ terminal }) => {
  const { input, said } = await terminal();
  for (const action of [
    { type: 4, data: { text: 'ni' } },
    { type: 4, data: { text: '你' } },
    { type: 1, data: { text: '你' } },
  ] satisfies ImeAction[]) {
    input.handle(ime(action));
  }
  await vi.waitFor(() => expect(said()).toMatch(/^ni[\b\x7f]{2}你$/), 15_000);
});
