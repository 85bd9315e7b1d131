import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newSessionId } from '#shared/ids.ts';
import {
  eventStream,
  eventSubject,
  eventTeller,
  hostEvents,
  hostSubject,
  linkEvents,
  placeSubject,
  subjectToken,
} from '#shared/subjects.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);

/** How NATS matches a subject against a pattern with wildcards. */
function matches(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split('.'), subject.split('.')];
  if (wanted.at(-1) === '>') return given.length >= wanted.length && wanted.slice(0, -1).every((token, i) => token === given[i]);
  return wanted.length === given.length && wanted.every((token, i) => token === '*' || token === given[i]);
}

test('[WR4] a subject token holds nothing that NATS reads: no dot, wildcard or space', () => {
  fc.assert(
    fc.property(text, (any) => {
      expect(subjectToken(any)).toMatch(/^[A-Za-z0-9_=-]+$/);
    }),
  );
});

test('[WR5] two names never share a subject token', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(subjectToken(a) === subjectToken(b)).toBe(a === b);
      expect(placeSubject('r', a, 2) === placeSubject('r', b)).toBe(false);
    }),
  );
  expect(subjectToken('a.b')).not.toBe(subjectToken('a-b'));
  expect(subjectToken('a.b')).not.toBe(subjectToken('a=2eb'));
});

test('[WR6] every subject has the same number of tokens, whatever the names', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(placeSubject(a, b).split('.')).toHaveLength(5);
      expect(placeSubject(a, b, 2).split('.')).toHaveLength(5);
      expect(hostSubject(a, 'launch').split('.')).toHaveLength(5);
      expect(eventSubject(a, b, newSessionId()).split('.')).toHaveLength(6);
    }),
  );
});

test('[WR7] a link takes the events for it and for no other link, and the stream takes all', () => {
  fc.assert(
    fc.property(name, name, name, (link, other, host) => {
      const subject = eventSubject(link, host, newSessionId());
      expect(matches(linkEvents(link), subject)).toBe(true);
      expect(matches(linkEvents(other), subject)).toBe(other === link);
      expect(eventStream.subjects.some((pattern) => matches(pattern, subject))).toBe(true);
    }),
  );
});

test('[WR25] a host’s events are its own, and whose they are is read from the subject', () => {
  fc.assert(
    fc.property(name, name, name, (link, host, other) => {
      const subject = eventSubject(link, host, newSessionId());
      expect(matches(hostEvents(host), subject)).toBe(true);
      expect(matches(hostEvents(other), subject)).toBe(other === host);
      expect(eventTeller(subject)).toBe(subjectToken(host));
    }),
  );
  expect(eventTeller('farpane.v1.event.link-0.0000000000000000000a')).toBeUndefined();
});
