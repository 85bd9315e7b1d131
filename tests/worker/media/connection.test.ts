import { expect, test } from 'vitest';
import { judge } from '#worker/media/peers/connection.ts';

test.each([
  ['connected', 'new', null],
  ['connected', 'connecting', null],
  ['connected', 'connected', 'connected'],
  ['completed', 'connected', 'connected'],
  ['disconnected', 'connected', 'disconnected'],
  ['completed', 'closed', 'closed'],
  ['completed', 'failed', 'closed'],
] as const)('[MD15] ICE %s and DTLS %s are %s', (ice, dtls, state) => {
  expect(judge({ ice, dtls })).toBe(state);
});
