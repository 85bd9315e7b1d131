import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIdempotencyKey } from '#edge/http/request/idempotency.ts';
import { create } from '#tests/edge/account/support.ts';
import { newAccount } from '#tests/edge/support.ts';

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const key = fc.array(visible, { minLength: 1, maxLength: 255 }).map((chars) => chars.join(''));
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`;

test('[ID12] a key in quotes, as the draft writes it, and one without are the same', () => {
  expect(parseIdempotencyKey('"8e03978e-40d5-43dd-bc93-6894a57f9324"')).toBe('8e03978e-40d5-43dd-bc93-6894a57f9324');
  fc.assert(
    fc.property(key, (text) => {
      expect(parseIdempotencyKey(quoted(text))).toBe(text);
      if (!text.startsWith('"')) expect(parseIdempotencyKey(` ${text} `)).toBe(text);
    }),
  );
});

test('[ID13] a key that is not 1 to 255 visible ASCII characters is refused', async () => {
  for (const wrong of [
    '',
    '""',
    '"',
    '"a',
    'a b',
    '"a b"',
    '"a"b"',
    '"a", "b"',
    'a, b',
    '"\\n"',
    'é',
    'k'.repeat(256),
    'a\u0000',
  ]) {
    expect(() => parseIdempotencyKey(wrong), wrong).toThrow('The Idempotency-Key must be 1 to 255 visible ASCII characters');
  }
  const { token } = await newAccount();
  expect(await create(token, { app: 'a' }, 'a b')).toMatchObject({
    status_code: 400,
    error: expect.stringContaining('Idempotency-Key'),
  });
  expect(await create(token, { app: 'a' }, 'k'.repeat(256))).toMatchObject({ status_code: 400 });
});
