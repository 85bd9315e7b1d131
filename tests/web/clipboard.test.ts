import { expect, test } from 'vitest';
import { ControlMessage } from '#shared/control.ts';
import { CopiedTexts, pasteMessages } from '#web/client/clipboard.ts';

test('[CB4] a page gives texts in messages that the host reads, and reads those of the host', () => {
  const text = 'é😀"\\'.repeat(20_000);
  const messages = pasteMessages(text);
  expect(messages.length).toBeGreaterThan(1);
  const texts = new CopiedTexts();
  const read = messages.map((message) => {
    const { data } = ControlMessage.parse(message);
    return texts.take({ type: 'clipboard::changed', data: JSON.stringify(data) });
  });
  expect(read.slice(0, -1).every((part) => part === undefined)).toBe(true);
  expect(read.at(-1)).toBe(text);
});

test('[CB4] what is no text of the clipboard is passed over', () => {
  const texts = new CopiedTexts();
  for (const data of ['{', '{"text":1}', { text: 'x' }, undefined]) {
    expect(texts.take({ type: 'clipboard::changed', data })).toBeUndefined();
  }
  expect(texts.take({ type: 'notice', data: '{"text":"x"}' })).toBeUndefined();
  expect(texts.take({ type: 'clipboard::changed', data: '{"text":"x"}' })).toBe('x');
});
