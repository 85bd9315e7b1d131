import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChannelMessage, maxMessageBytes } from '#worker/channel-message.ts';
import { encodeMessage, encodePresence, FramingError, MessageReader } from '#worker/instance/sockets/framing.ts';

const message: fc.Arbitrary<ChannelMessage> = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text): ChannelMessage => ({ kind: 'text', data: Buffer.from(text.toWellFormed()) })),
  fc.uint8Array({ maxLength: 300 }).map((bytes): ChannelMessage => ({ kind: 'binary', data: Buffer.from(bytes) })),
);

/** The bytes in pieces of these sizes, in turn. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const plain = (messages: readonly ChannelMessage[]) => messages.map(({ kind, data }) => `${kind} ${data.toString('hex')}`);

test('[AS2] with their length before them messages keep their bounds and kinds, however the bytes come', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(message), sizes, (messages, pieces) => {
      const reader = new MessageReader('length');
      const bytes = Buffer.concat(messages.map((each) => encodeMessage('length', each)));
      expect(plain(cut(bytes, pieces).flatMap((piece) => [...reader.push(piece)]))).toEqual(plain(messages));
    }),
  );
});

test('[AS2] raw bytes are text where they are UTF-8, and are cut where one message can’t hold them', () => {
  const read = (bytes: Buffer) => [...new MessageReader('raw').push(bytes)];
  expect(plain(read(Buffer.from('hé\n')))).toEqual([`text ${Buffer.from('hé\n').toString('hex')}`]);
  expect(plain(read(Buffer.of(0xff, 1)))).toEqual(['binary ff01']);
  const large = read(Buffer.alloc(maxMessageBytes + 1, 'x'));
  expect(large.map(({ data }) => data.length)).toEqual([maxMessageBytes, 1]);
  expect(encodeMessage('raw', { kind: 'binary', data: Buffer.of(7) })).toEqual(Buffer.of(7));
  expect(encodePresence('raw', 'opened')).toHaveLength(0);
});

test('[AS2] lines end where they end', () => {
  const reader = new MessageReader('lines');
  const read = ['{"a":1}\n{"b"', ':2}', '\n\n'].flatMap((piece) => [...reader.push(Buffer.from(piece))]);
  expect(read.map(({ data }) => data.toString())).toEqual(['{"a":1}', '{"b":2}', '']);
  expect(encodeMessage('lines', { kind: 'text', data: Buffer.from('x') }).toString()).toBe('x\n');
});

test.each([
  ['a message that is too large', 'length', Buffer.from('0004000101', 'hex')],
  ['a kind that nobody knows', 'length', Buffer.from('0000000009', 'hex')],
  ['a text that is no UTF-8', 'length', Buffer.from('0000000101ff', 'hex')],
  ['a line without an end', 'lines', Buffer.alloc(65_537, 'x')],
] as const)('[AS3] %s is refused', (_, framing, bytes) => {
  expect(() => [...new MessageReader(framing).push(bytes)]).toThrow(FramingError);
});
