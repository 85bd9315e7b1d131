import { expect, test } from 'vitest';
import { leaderOf } from '#worker/session/bandwidth/leader.ts';

const owner = { id: 'owner', connection: 'connected' } as const;

test('[BW9] a stream follows who is in control, else the owner, else who came first', () => {
  const all = ['guest1', 'owner', 'guest2'];
  expect(leaderOf(all, { controller: 'guest2', owner })).toBe('guest2');
  expect(leaderOf(all, { controller: null, owner })).toBe('owner');
  expect(leaderOf(all, { controller: null, owner: null })).toBe('guest1');
  expect(leaderOf(all, null)).toBe('guest1');
});

test('[BW9] who does not get the stream does not lead it', () => {
  expect(leaderOf(['guest1'], { controller: 'owner', owner })).toBe('guest1');
  expect(leaderOf([], { controller: 'owner', owner })).toBeUndefined();
});
