import { expect, test } from 'vitest';
import { heardPeer } from '#worker/session/microphone-desk.ts';

test('[SN5] the application hears who is in control, while it records, where that client may send its microphone', () => {
  const able = new Set(['aaaaaaaaaaaa', 'bbbbbbbbbbbb']);
  expect(heardPeer(true, 'aaaaaaaaaaaa', able)).toBe('aaaaaaaaaaaa');
  expect(heardPeer(true, 'cccccccccccc', able)).toBeNull();
  expect(heardPeer(true, null, able)).toBeNull();
  expect(heardPeer(false, 'aaaaaaaaaaaa', able)).toBeNull();
});
