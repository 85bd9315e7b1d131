import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyCodes } from '#shared/keys.ts';
import { HeldKeys, type KeyChange, type Modifier } from '#web/client/input/held-keys.ts';
import { isBrowserKey } from '#web/client/input/keyboard.ts';
import { codesOf } from '#web/client/input/keycode.ts';

const none: Record<Modifier, boolean> = { Control: false, Shift: false, Alt: false, Meta: false };
const event = (code: string, on: readonly Modifier[] = [], key = '') => ({
  code,
  key,
  modifiers: { ...none, ...Object.fromEntries(on.map((name) => [name, true])) },
});
const short = (changes: readonly KeyChange[]) => changes.map(({ code, pressed }) => (pressed ? code : -code));

test('[KB4] a key has the code of its place; sides and the numeric pad are folded', () => {
  const of = (code: string, key = '') => codesOf({ code, key });
  expect([of('KeyA'), of('Digit0'), of('Quote'), of('F12'), of('ArrowUp')]).toEqual([[4], [39], [50], [69], [82]]);
  expect([of('ShiftRight'), of('ControlLeft'), of('OSLeft')]).toEqual([[84], [83], [86]]);
  expect([of('AltRight', 'Alt'), of('AltRight', 'AltGraph')]).toEqual([[85], [87]]);
  expect([of('Numpad7', '7'), of('Numpad7', 'Home'), of('NumpadEnter', 'Enter')]).toEqual([[36], [74], [40]]);
  expect([of('NumpadDecimal', ','), of('NumpadDecimal', 'Delete')]).toEqual([[55], [76]]);
  expect([of('NumpadAdd', '+'), of('NumpadMultiply', '*')]).toEqual([
    [84, 46],
    [84, 37],
  ]);
  expect([of('F24'), of('toString'), of('')]).toEqual([[], [], []]);
});

test('[KB5] every code of the protocol can be typed', () => {
  const typed = new Set(Object.keys(keyCodes).flatMap((code) => codesOf({ code, key: '' })));
  expect([...typed].sort((a, b) => a - b)).toEqual([...new Set(Object.values(keyCodes))].sort((a, b) => a - b));
});

test('[KB6] a held key repeats, and two sides of a modifier are one', () => {
  const keys = new HeldKeys();
  expect(short(keys.down(event('KeyA')))).toEqual([4]);
  expect(short(keys.down(event('KeyA')))).toEqual([4]);
  expect(short(keys.up(event('KeyA')))).toEqual([-4]);
  expect(short(keys.up(event('KeyA')))).toEqual([]);
  expect(short(keys.down(event('ShiftLeft', ['Shift'])))).toEqual([84]);
  expect(short(keys.down(event('ShiftRight', ['Shift'])))).toEqual([]);
  expect(short(keys.up(event('ShiftLeft', ['Shift'])))).toEqual([]);
  expect(short(keys.up(event('ShiftRight')))).toEqual([-84]);
});

test('[KB7] modifiers that changed elsewhere are mended before the key', () => {
  const keys = new HeldKeys();
  expect(short(keys.down(event('KeyA', ['Control', 'Shift'])))).toEqual([83, 84, 4]);
  expect(short(keys.up(event('KeyA', ['Control'])))).toEqual([-4, -84]);
  expect(short(keys.down(event('KeyB')))).toEqual([-83, 5]);
  expect(short(keys.up(event('KeyB')))).toEqual([-5]);
});

test('[KB8] a shifted key of the numeric pad brings its Shift along and takes it away', () => {
  const keys = new HeldKeys();
  expect(short(keys.down(event('NumpadAdd')))).toEqual([84, 46]);
  expect(short(keys.down(event('NumpadAdd')))).toEqual([46]);
  expect(short(keys.up(event('NumpadAdd')))).toEqual([-46, -84]);
});

test('[KB9] keys whose release macOS hides go up with Meta', () => {
  const keys = new HeldKeys();
  keys.down(event('MetaLeft', ['Meta']));
  expect(short(keys.down(event('KeyC', ['Meta'])))).toEqual([6]);
  expect(short(keys.up(event('MetaLeft')))).toEqual([-86, -6]);
});

test('[KB2] whatever was pressed, all is let go in the end', () => {
  const code = fc.constantFrom('KeyA', 'ShiftLeft', 'ShiftRight', 'NumpadAdd', 'MetaLeft', 'ControlLeft', 'F24');
  const on = fc.subarray<Modifier>(['Control', 'Shift', 'Alt', 'Meta']);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), code, on)), (events) => {
      const keys = new HeldKeys();
      const down = new Set<number>();
      const take = (changes: readonly KeyChange[]) => {
        for (const { code: key, pressed } of changes) pressed ? down.add(key) : down.delete(key);
      };
      for (const [pressed, name, active] of events) take(pressed ? keys.down(event(name, active)) : keys.up(event(name, active)));
      take(keys.releaseAll());
      expect([...down]).toEqual([]);
    }),
  );
});

test('[KB10] reload, full screen and developer tools stay with the browser', () => {
  const key = (code: string, ctrlKey = false, shiftKey = false) => isBrowserKey({ code, ctrlKey, shiftKey });
  expect([key('F5'), key('F11'), key('F12'), key('KeyR', true), key('KeyI', true, true)]).toEqual([true, true, true, true, true]);
  expect([key('F1'), key('KeyR'), key('KeyI', true), key('KeyC', true)]).toEqual([false, false, false, false]);
});
