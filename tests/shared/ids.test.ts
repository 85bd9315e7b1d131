import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Incarnation, Name, newIncarnation, newPeerId, newSessionId, PeerId, SessionId } from '#shared/ids.ts';

test('[WR1] new ids are of their schema, and no two are alike', () => {
  const kinds = [
    [newSessionId, SessionId],
    [newPeerId, PeerId],
    [newIncarnation, Incarnation],
  ] as const;
  for (const [make, schema] of kinds) {
    const made = Array.from({ length: 1000 }, make);
    for (const id of made) expect(schema.parse(id)).toBe(id);
    expect(new Set(made).size).toBe(1000);
  }
});

test('[WR1] every digit of an id takes every value', () => {
  const digits = Array.from({ length: 20 }, () => new Set<string>());
  for (let i = 0; i < 2000; i++) for (const [at, digit] of Array.from(newSessionId()).entries()) digits[at]?.add(digit);
  for (const seen of digits) expect(seen.size).toBe(32);
});

test('[WR2] nothing but 20 base32hex digits is a session id', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 0, maxLength: 25 }), (text) => {
      expect(SessionId.safeParse(text).success).toBe(/^[0-9a-v]{20}$/.test(text) && text.length === 20);
    }),
  );
  for (const text of [`${newSessionId()}\n`, newSessionId().toUpperCase().replace(/\d/g, 'W'), newSessionId().slice(1)]) {
    expect(SessionId.safeParse(text).success).toBe(false);
  }
});

test('[WR3] names are short, begin with a letter or a digit and hold nothing that a path, a shell or a subject reads', () => {
  for (const name of ['a', 'com.example.app', 'host-1', 'x_y', 'A'.repeat(63)]) expect(Name.parse(name)).toBe(name);
  for (const name of ['', '.', '-rf', '../etc', 'a b', 'a/b', 'a*', 'a>', 'ä', 'a\n', 'A'.repeat(64)]) {
    expect(Name.safeParse(name).success, name).toBe(false);
  }
});
