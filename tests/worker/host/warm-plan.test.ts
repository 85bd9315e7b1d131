import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOffMs, plan, wanted } from '#worker/host/warm-plan.ts';

const wish = {
  stages: 2,
  applications: new Map([
    ['doom', 1],
    ['desktop', 0],
  ]),
};

test('[WM1] applications that are to be started come first, then stages for any, and never more than there are free slots', () => {
  expect(wanted(wish, 4)).toEqual(['doom', null, null]);
  expect(wanted(wish, 2)).toEqual(['doom', null]);
  expect(wanted(wish, 0)).toEqual([]);
  expect(wanted(wish, -1)).toEqual([]);
});

test('[WM1] what is missing is started and what nobody wants is ended: then nothing is missing and nothing too much', () => {
  const kind = fc.constantFrom(null, 'doom', 'desktop', 'gone');
  fc.assert(
    fc.property(fc.array(kind, { maxLength: 8 }), fc.integer({ min: 0, max: 6 }), (have, free) => {
      const { start, surplus } = plan(wish, free, have);
      const after = [...have, ...start];
      for (const each of surplus) after.splice(after.indexOf(each), 1);
      const sorted = (kinds: readonly (string | null)[]) => kinds.map(String).toSorted();
      expect(sorted(after)).toEqual(sorted(wanted(wish, free)));
      expect(plan(wish, free, after)).toEqual({ start: [], surplus: [] });
    }),
  );
});

test('[WM2] what keeps failing is left alone ever longer, a minute at the most', () => {
  expect([0, 1, 2, 3, 10, 1000].map(backOffMs)).toEqual([0, 1000, 2000, 4000, 60_000, 60_000]);
});
