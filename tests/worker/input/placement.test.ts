import { expect, test } from 'vitest';
import { placeWindow } from '#worker/input/placement.ts';

const hd = { width: 1280, height: 720 };
const small = { width: 800, height: 600 };

test('[IP9] a window that filled the screen fills it again', () => {
  expect(placeWindow({ x: 0, y: 0, ...hd }, hd, small)).toEqual({ x: 0, y: 0, ...small });
  expect(placeWindow({ x: 0, y: 0, width: 1278, height: 719 }, hd, small)).toEqual({ x: 0, y: 0, ...small });
  expect(placeWindow({ x: -2, y: -2, width: 1284, height: 724 }, hd, small)).toEqual({ x: 0, y: 0, ...small });
});

test('[IP9] any other window keeps to the edge or the middle that it was at, and comes back there', () => {
  const boxes = [
    { x: 40, y: 40, width: 300, height: 200 },
    { x: 1280 - 40 - 300, y: 40, width: 300, height: 200 },
    { x: 1280 - 40 - 200, y: 720 - 40 - 200, width: 200, height: 200 },
    { x: 540, y: 260, width: 200, height: 200 },
  ];
  const moved = boxes.map((box) => placeWindow(box, hd, small) ?? box);
  expect(moved.map(({ x, y }) => [x, y])).toEqual([
    [40, 40],
    [460, 40],
    [560, 360],
    [300, 200],
  ]);
  expect(moved.map((box) => placeWindow(box, small, hd) ?? box)).toEqual(boxes);
});

test('[IP9] no window is left outside', () => {
  expect(placeWindow({ x: 380, y: 40, width: 700, height: 500 }, hd, small)).toMatchObject({ x: 100, y: 0 });
  expect(placeWindow({ x: 100, y: 100, width: 1000, height: 500 }, hd, small)).toMatchObject({ x: 0, width: 1000 });
  expect(placeWindow({ x: 40, y: 40, width: 200, height: 100 }, hd, { width: 1920, height: 1080 })).toBeUndefined();
});
