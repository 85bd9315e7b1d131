import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClipboardReader, clipboardParts, maxClipboardBytes } from '#shared/control/clipboard.ts';
import { maxControlLength } from '#shared/control.ts';
import { jsonLogger } from '#shared/log.ts';
import { ClipboardDesk, hearsCopies } from '#worker/session/desks/clipboard-desk.ts';

function open(policy: 'both' | 'in' | 'out' | 'off' = 'both') {
  const pasted: string[] = [];
  const told: string[] = [];
  const state: { controller: string | null } = { controller: 'a' };
  const desk = new ClipboardDesk({
    policy,
    controller: () => state.controller,
    paste: (text) => pasted.push(text),
    tell: (peer, type, data) => told.push(`${peer} ${type} ${data}`),
    log: jsonLogger(() => undefined, 'error'),
  });
  return { desk, pasted, told, state };
}

test('[CB4] a text in parts is the text, and no part is too long for a message', () => {
  const text = fc.string({ unit: fc.constantFrom('\0', '"', '\\', 'é', '漢', '\ud83d\ude00', 'x') });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 3000 }), (unit, times) => {
      const whole = unit.repeat(Math.min(times, Math.floor(300_000 / Math.max(1, unit.length))));
      const parts = clipboardParts(whole);
      for (const part of parts) {
        const message = JSON.stringify({ type: 'clipboard::changed', data: JSON.stringify(part) });
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(maxControlLength);
      }
      const reader = new ClipboardReader();
      expect(parts.map((part) => reader.take(part)).at(-1)).toBe(whole);
    }),
    { numRuns: 30 },
  );
});

test('[CB4] a text that is too large is refused, and the next one is taken', () => {
  const { desk, pasted, told } = open();
  for (const part of clipboardParts('é'.repeat(maxClipboardBytes))) desk.set('a', part);
  expect(pasted).toEqual([]);
  expect(told).toEqual(['a clipboard::refused {"message":"The text is larger than 1048576 bytes."}']);
  desk.set('a', { text: 'line\r\nline', more: false });
  expect(pasted).toEqual(['line\nline']);
});

test('[CB5] only who is in control hears what is copied, and parts of two clients do not mix', () => {
  const { desk, pasted, told, state } = open();
  desk.copied('one');
  state.controller = null;
  desk.copied('two');
  expect(told).toEqual(['a clipboard::changed {"text":"one","more":false}']);
  desk.set('a', { text: 'half', more: true });
  desk.set('b', { text: 'whole', more: false });
  expect(pasted).toEqual(['whole']);
});

test('[CB6] texts go the ways that the application’s configuration lets them', () => {
  expect((['both', 'in', 'out', 'off'] as const).map(hearsCopies)).toEqual([true, false, true, false]);
  for (const policy of ['out', 'off'] as const) {
    const { desk, pasted, told } = open(policy);
    desk.set('a', { text: 'x', more: false });
    expect(pasted).toEqual([]);
    expect(told).toEqual(['a clipboard::refused {"message":"Texts can not be pasted into this application."}']);
  }
  const { desk, pasted } = open('in');
  desk.set('a', { text: 'x', more: false });
  expect(pasted).toEqual(['x']);
});
