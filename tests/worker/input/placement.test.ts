import { expect, test } from 'vitest';
import { type Box, Placements, placeWindow } from '#worker/input/placement.ts';

const hd = { width: 1280, height: 720 };
const small = { width: 800, height: 600 };

test('[IP9] a window that filled the screen fills it again', () => {
  expect(placeWindow({ x: 0, y: 0, ...hd }, hd, small)).toEqual({ x: 0, y: 0, ...small });
  expect(placeWindow({ x: 0, y: 0, width: 1278, height: 719 }, hd, small)).toEqual({ x: 0, y: 0, ...small });
  expect(placeWindow({ x: -2, y: -2, width: 1284, height: 724 }, hd, small)).toEqual({ x: 0, y: 0, ...small });
});

test('[IP9] a window that fills the screen as far as its shape does is centred, and fills the next one so', () => {
  // A game that keeps 4 to 3.
  expect(placeWindow({ x: 160, y: 0, width: 960, height: 720 }, hd, small)).toEqual({ x: 0, y: 0, width: 800, height: 600 });
  expect(placeWindow({ x: 0, y: 0, width: 958, height: 719 }, hd, { width: 1600, height: 600 })).toEqual({
    ...{ x: 400, y: 0, width: 799, height: 600 },
  });
  // A bar along an edge is none.
  expect(placeWindow({ x: 0, y: 0, width: 1280, height: 30 }, hd, small)).toEqual({ x: 0, y: 0, width: 800, height: 30 });
});

test('[IP9] any other window keeps to its nearer edge or to the middle', () => {
  const place = (x: number, y: number, width: number, height: number) => {
    const placed = placeWindow({ x, y, width, height }, hd, small);
    return [placed.x, placed.y, placed.width, placed.height];
  };
  expect(place(40, 40, 300, 200)).toEqual([40, 40, 300, 200]);
  expect(place(1280 - 40 - 300, 40, 300, 200)).toEqual([460, 40, 300, 200]);
  expect(place(1280 - 40 - 200, 720 - 40 - 200, 200, 200)).toEqual([560, 360, 200, 200]);
  expect(place(540, 260, 200, 200)).toEqual([300, 200, 200, 200]);
});

test('[IP9] no window is left outside', () => {
  expect(placeWindow({ x: 380, y: 40, width: 700, height: 500 }, hd, small)).toEqual({ x: 0, y: 40, width: 700, height: 500 });
  expect(placeWindow({ x: 100, y: 100, width: 1000, height: 500 }, hd, small)).toMatchObject({ x: 0, width: 800, height: 500 });
});

test('[IP12] windows come back to where they were put, whatever size the screen had between', () => {
  const placements = new Placements();
  const screens = [hd, { width: 200, height: 2000 }, { width: 500, height: 316 }, { width: 3840, height: 100 }, hd];
  const homes: [number, Box][] = [
    [1, { x: 40, y: 40, width: 844, height: 573 }],
    [2, { x: 940, y: 40, width: 300, height: 200 }],
    [3, { x: 0, y: 0, ...hd }],
  ];
  const windows = new Map(homes);
  for (const [index, screen] of screens.entries()) {
    const before = screens[index - 1];
    if (before === undefined) continue;
    for (const [window, box] of placements.follow(windows, before, screen)) windows.set(window, box);
    for (const { x, y, width, height } of windows.values()) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(screen.width);
      expect(y + height).toBeLessThanOrEqual(screen.height);
    }
  }
  expect([...windows]).toEqual(homes);
});

test('[IP12] a window that its application has moved since is placed by where that was', () => {
  const placements = new Placements();
  const windows = new Map<number, Box>([[1, { x: 940, y: 40, width: 300, height: 200 }]]);
  expect(placements.follow(windows, hd, small).get(1)).toMatchObject({ x: 460, y: 40 });
  windows.set(1, { x: 10, y: 10, width: 300, height: 200 });
  expect(placements.follow(windows, small, hd).get(1)).toBeUndefined();
});
