import { expect, test } from 'vitest';
import type { Modifier } from '#web/client/input/held-keys.ts';
import { meaningOf } from '#web/client/input/typing.ts';

const none: Record<Modifier, boolean> = { Control: false, Shift: false, Alt: false, Meta: false };

/** What a key is told as; modifiers by their first letters, G is AltGr. */
function means(code: string, key: string, on = '', meaning: 'characters' | 'positions' = 'characters') {
  const modifiers = {
    ...none,
    Control: on.includes('C'),
    Shift: on.includes('S'),
    Alt: on.includes('A'),
    Meta: on.includes('M'),
  };
  const read = meaningOf({ code, key, modifiers, altGraph: on.includes('G') }, meaning);
  return 'text' in read ? read.text : read.codes;
}

test('[KB11] a French keyboard types what stands on its keys, and its shortcuts are those of its letters', () => {
  // AZERTY: A is where a US keyboard has Q.
  expect(means('KeyQ', 'a')).toEqual([4]);
  expect(means('KeyQ', 'A', 'S')).toEqual([4]);
  expect(means('KeyQ', 'a', 'C')).toEqual([4]);
  expect(means('KeyW', 'z', 'C')).toEqual([29]);
  // Digits need Shift there, and none on a US keyboard; accents have no key of their own.
  expect(means('Digit1', '1', 'S')).toBe('1');
  expect(means('Digit1', '&')).toBe('&');
  expect(means('Digit2', 'é')).toBe('é');
  expect(means('Semicolon', 'm')).toEqual([16]);
  expect(means('KeyM', ',')).toEqual([54]);
});

test('[KB11] a German keyboard types what stands on its keys, with AltGr too', () => {
  expect(means('KeyY', 'z')).toEqual([29]);
  expect(means('Digit7', '/', 'S')).toBe('/');
  expect(means('KeyQ', '@', 'G')).toBe('@');
  expect(means('KeyQ', '@', 'CAG')).toBe('@');
  expect(means('AltRight', 'AltGraph', 'G')).toEqual([]);
  expect(means('BracketLeft', 'ü')).toBe('ü');
  // A shortcut with a key that a US keyboard has not is that of the place.
  expect(means('BracketLeft', 'ü', 'C')).toEqual([47]);
});

test('[KB11] keys without a character, and those of the numeric pad, are themselves', () => {
  expect(means('Enter', 'Enter')).toEqual([40]);
  expect(means('F5', 'F5', 'A')).toEqual([62]);
  expect(means('Numpad7', '7')).toEqual([36]);
  expect(means('CapsLock', 'CapsLock')).toEqual([]);
  // Caps Lock is in the character.
  expect(means('KeyA', 'A')).toBe('A');
  expect(means('Space', ' ')).toEqual([44]);
});

test('[KB12] for a game a key is its place', () => {
  expect(means('KeyQ', 'a', '', 'positions')).toEqual([20]);
  expect(means('Digit2', 'é', '', 'positions')).toEqual([31]);
  expect(means('CapsLock', 'CapsLock', '', 'positions')).toEqual([57]);
});
