import { expect, test } from 'vitest';
import { openedLabel, StreamNames } from '#worker/media/peers/stream-names.ts';

const names = ['control', 'one'];

test('[DC12] a stream is what the client opens it as, whatever was presumed', () => {
  const streams = new StreamNames(names, 'even');
  expect(streams.ids).toEqual([0, 1, 2, 3]);
  expect(streams.ids.map((id) => streams.nameOf(id))).toEqual(['control', undefined, 'one', undefined]);
  streams.learn(1, 'control');
  streams.learn(3, 'one');
  expect(streams.ids.map((id) => streams.nameOf(id))).toEqual([undefined, 'control', undefined, 'one']);
  expect(names.map((name) => streams.idOf(name))).toEqual([1, 3]);
});

test('[DC12] channels that are created in another order change places, and unknown ones change nothing', () => {
  const streams = new StreamNames(names, 'odd');
  streams.learn(1, 'one');
  streams.learn(3, 'control');
  streams.learn(0, 'other');
  expect(streams.ids.map((id) => streams.nameOf(id))).toEqual([undefined, 'one', undefined, 'control']);
});

test('[DC12] the label is read out of the message that opens a channel, and of no other', () => {
  // DATA_CHANNEL_OPEN: reliable, priority 256, `one`, without a protocol (RFC 8832 section 5.1).
  const open = Buffer.concat([Buffer.of(3, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0), Buffer.from('one')]);
  expect(openedLabel(open)).toBe('one');
  expect(openedLabel(Buffer.of(2))).toBeUndefined();
  expect(openedLabel(open.subarray(0, 11))).toBeUndefined();
});
