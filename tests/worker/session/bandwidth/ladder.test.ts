import fc from 'fast-check';
import { expect, test } from 'vitest';
import { climb, type Ladder, type Picture, rungsOf, topOfLadder } from '#worker/session/bandwidth/ladder.ts';

const screen: Picture = { width: 1280, height: 720, fps: 60 };

/** The pictures of so many seconds, a tenth of a second at a time. */
function during(from: Ladder, kbps: number, seconds: number, fromMs = 0): (Ladder & { picture: Picture })[] {
  const all: (Ladder & { picture: Picture })[] = [];
  let now = from;
  for (let step = 0; step <= seconds * 10; step += 1) {
    const next = climb(now, screen, kbps, fromMs + step * 100);
    all.push(next);
    now = next;
  }
  return all;
}

const last = <T>(all: readonly T[]): T => {
  const found = all.at(-1);
  if (found === undefined) throw new Error('nothing');
  return found;
};

test('[BW12] every rung needs less than the one above, has the shape of the screen, and an even size', () => {
  const size = fc.integer({ min: 32, max: 1920 }).map((half) => 2 * half);
  fc.assert(
    fc.property(size, size, fc.integer({ min: 1, max: 120 }), (width, height, fps) => {
      const rungs = rungsOf({ width, height, fps });
      expect(rungs[0]?.picture).toEqual({ width, height, fps });
      for (const [index, { picture, minKbps }] of rungs.entries()) {
        const above = rungs[index - 1];
        if (above !== undefined) expect(minKbps).toBeLessThan(above.minKbps);
        expect([picture.width % 2, picture.height % 2]).toEqual([0, 0]);
        expect(Math.abs(picture.width / width - picture.height / height)).toBeLessThan(0.05);
      }
    }),
  );
});

test('[BW12] frames are given up at once, pixels only after a second, for a new size costs a keyframe', () => {
  const [first] = during(topOfLadder, 1200, 0);
  expect(first?.picture).toEqual({ width: 1280, height: 720, fps: 30 });
  const low = during(topOfLadder, 300, 2);
  expect(low[0]?.picture).toEqual({ width: 1280, height: 720, fps: 20 });
  expect(low[9]?.picture).toEqual({ width: 1280, height: 720, fps: 20 });
  expect(last(low).picture).toEqual({ width: 640, height: 360, fps: 20 });
  expect(last(during(topOfLadder, 1, 2)).picture).toEqual({ width: 640, height: 360, fps: 10 });
  const dip = during(last(during(topOfLadder, 300, 0.5)), 5000, 0.1, 600);
  expect(last(dip).picture.width).toBe(1280);
});

test('[BW13] a better picture comes back a rung at a time, after seconds of more than enough', () => {
  const low = last(during(topOfLadder, 300, 2));
  const climbing = during(low, 5000, 30, 2100);
  expect(climbing.slice(0, 49).every(({ picture }) => picture.width === 640)).toBe(true);
  expect(last(climbing).picture).toEqual(screen);
  for (const [index, { rung }] of climbing.entries()) {
    const before = climbing[index - 1];
    if (before !== undefined) expect(before.rung - rung).toBeLessThanOrEqual(1);
  }
  // Just enough is not more than enough: the picture would come and go.
  const least = rungsOf(screen)[low.rung - 1]?.minKbps ?? 0;
  expect(last(during(low, least * 1.1, 30, 2100)).rung).toBe(low.rung);
});

test('[BW13] a screen of another size has a ladder of its own', () => {
  const low = last(during(topOfLadder, 300, 2));
  expect(climb(low, { width: 320, height: 180, fps: 10 }, 300, 9000).picture).toEqual({ width: 320, height: 180, fps: 10 });
});
