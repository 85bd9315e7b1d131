import { expect, test } from 'vitest';
import { decide, type Present, settle } from '#worker/session/control-state.ts';

const owner: Present = { id: 'o', role: 'owner' };
const guest: Present = { id: 'g', role: 'control' };
const other: Present = { id: 'h', role: 'control' };
const viewer: Present = { id: 'v', role: 'view' };
const all = [owner, guest, other, viewer];

test('[CO2] the owner is in control when it comes, and control falls back to it when who has it goes', () => {
  expect(settle(null, [], [owner])).toBe('o');
  expect(settle('g', [guest], [owner, guest])).toBe('o');
  expect(settle('g', [owner, guest], [owner])).toBe('o');
  expect(settle('g', [owner, guest], [owner, guest, viewer])).toBe('g');
  expect(settle('o', [owner, guest], [guest])).toBeNull();
});

test('[CO3] a guest that may control asks, and the owner and who is in control hear it', () => {
  expect(decide('o', all, { type: 'control-requested', peer: 'g' })).toEqual({ controller: 'o', ask: ['o'] });
  expect(decide('h', all, { type: 'control-requested', peer: 'g' })).toEqual({ controller: 'h', ask: ['h', 'o'] });
  expect(decide('h', [guest, other], { type: 'control-requested', peer: 'g' })).toEqual({ controller: 'h', ask: ['h'] });
});

test.each([
  ['watches only', 'v'],
  ['is in control', 'o'],
  ['is not there', 'x'],
])('[CO3] one that %s has nothing to ask for', (_, peer) => {
  expect(decide('o', all, { type: 'control-requested', peer })).toEqual({ controller: 'o', ask: [] });
});

test('[CO4] who is in control, and the owner, give it to one that may control', () => {
  expect(decide('o', all, { type: 'control-given', by: 'o', to: 'g' }).controller).toBe('g');
  expect(decide('g', all, { type: 'control-given', by: 'g', to: 'h' }).controller).toBe('h');
  expect(decide('g', all, { type: 'control-given', by: 'o', to: 'h' }).controller).toBe('h');
});

test.each([
  ['by a guest without it', 'h', 'h'],
  ['by a viewer', 'v', 'v'],
  ['by one that is not there', 'x', 'g'],
  ['to a viewer', 'o', 'v'],
  ['to one that is not there', 'o', 'x'],
])('[CO4] control given %s stays where it is', (_, by, to) => {
  expect(decide('g', all, { type: 'control-given', by, to }).controller).toBe('g');
});

test('[CO5] the owner takes control back; others take it only where nobody has it and no owner is there', () => {
  expect(decide('g', all, { type: 'control-taken', by: 'o' }).controller).toBe('o');
  expect(decide('g', all, { type: 'control-taken', by: 'h' }).controller).toBe('g');
  expect(decide(null, [guest, other], { type: 'control-taken', by: 'h' }).controller).toBe('h');
  expect(decide(null, [guest, other], { type: 'control-requested', peer: 'g' })).toEqual({ controller: 'g', ask: [] });
  expect(decide('g', [guest, other], { type: 'control-taken', by: 'h' }).controller).toBe('g');
  expect(decide(null, [viewer], { type: 'control-taken', by: 'v' }).controller).toBeNull();
});
