import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlMessage } from '#shared/control.ts';
import { nothingHeld } from '#worker/input/held.ts';
import { compose, noComposition } from '#worker/input/keyboard/ime.ts';
import { keysymOf } from '#worker/input/keyboard/keysyms.ts';
import { KeyLayout } from '#worker/input/keyboard/layout.ts';
import { translate } from '#worker/input/translate.ts';

type Raw = { type: number; data: object };

/** What stands in a text field after these actions, where Backspace takes a character back. */
function field(actions: readonly Raw[]): string {
  let held = nothingHeld;
  const text: string[] = [];
  for (const data of actions) {
    const message = ControlMessage.parse({ type: 'input::ime-event', data });
    if (message.type !== 'input::ime-event') continue;
    const step = translate(held, message, { width: 1, height: 1 });
    held = step.held;
    for (const action of step.actions) {
      if (action.type === 'text') text.push(...Array.from(action.text));
      if (action.type === 'tap') text.splice(Math.max(text.length - action.times, 0), action.keyCode === 22 ? action.times : 0);
    }
  }
  return text.join('');
}

const commit = (text: string): Raw => ({ type: 1, data: { text } });
const composing = (text: string): Raw => ({ type: 4, data: { text } });
const region = (start: number, end: number): Raw => ({ type: 5, data: { start, end } });

test('[IT1] text that is composed stands as it is, and what is final takes its place', () => {
  expect(field([composing('n'), composing('ni'), composing('你'), commit('你')])).toBe('你');
  expect(field([composing('hel'), composing('hello'), commit('hello '), composing('w'), composing('')])).toBe('hello ');
  expect(field([commit('a'), commit('😀b')])).toBe('a😀b');
});

test('[IT1] what was typed last is composed anew', () => {
  expect(field([commit('one two'), region(4, 7), composing('twelve'), commit('twelve')])).toBe('one twelve');
  // More than was typed here: what is known of is all of it.
  expect(field([commit('abc'), region(0, 90), commit('x')])).toBe('x');
});

test('[IT1] whatever is composed, what is committed is what stands', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(word), word)), (words) => {
      const actions = words.flatMap(([steps, final]) => [...steps.map(composing), commit(final)]);
      expect(field(actions)).toBe(words.map(([, final]) => final).join(''));
    }),
  );
});

test('[IT2] keys have the numbers of Android, and what is shown is nothing to type', () => {
  expect(field([commit('abc'), { type: 2, data: { code: 67, times: 2 } }])).toBe('a');
  expect(compose(noComposition, { type: 3, data: { name: 'show', params: 'height-ratio=0.4' } }).edits).toEqual([]);
  expect(field([{ type: 2, data: { code: 999, times: 1 } }, commit('x')])).toBe('x');
});

test('[IT3] every character has a keysym, and what is none has not', () => {
  expect(['a', 'é', '€', '漢', '😀', '\n', '\t'].map(keysymOf)).toEqual([
    0x61, 0xe9, 0x0100_20ac, 0x0100_6f22, 0x0101_f600, 0xff0d, 0xff09,
  ]);
  expect(['', '\0', '\u0085', '\ud800'].map(keysymOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test('[IT3] characters without a key are given one, which rests before it gets another', () => {
  const layout = new KeyLayout();
  layout.read(8, [
    [0, 0],
    [0x61, 0x41],
    [0, 0],
  ]);
  expect(layout.find(0x41, 0)).toEqual({ stroke: { keyCode: 9, shift: true }, give: false });
  expect(layout.find(0xe9, 0)).toEqual({ stroke: { keyCode: 8, shift: false }, give: true });
  expect(layout.find(0xe8, 0)).toEqual({ stroke: { keyCode: 10, shift: false }, give: true });
  expect(layout.find(0xe9, 300)).toEqual({ stroke: { keyCode: 8, shift: false }, give: false });
  // The other one was used longer ago.
  expect(layout.find(0xfc, 400)).toEqual({ waitMs: 100 });
  expect(layout.find(0xfc, 500)).toEqual({ stroke: { keyCode: 10, shift: false }, give: true });
  expect([layout.isSpare(8), layout.isSpare(9)]).toEqual([true, false]);
});

test('[IT3] another layout of the display counts as soon as it is read, and what was given stays given', () => {
  const layout = new KeyLayout();
  layout.read(8, [[0], [0x61]]);
  layout.find(0xe9, 0);
  layout.read(8, [
    [0xe9, 0xe9],
    [0x71, 0x51],
  ]);
  expect(layout.find(0xe9, 1)).toEqual({ stroke: { keyCode: 8, shift: false }, give: false });
  expect(layout.find(0x51, 1)).toEqual({ stroke: { keyCode: 9, shift: true }, give: false });
  expect(new KeyLayout().find(0x61, 0)).toBeUndefined();
});
