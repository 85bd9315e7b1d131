import { expect, test } from 'vitest';
import { overPicture } from '#web/client/remote-cursor.ts';

const place = { x: 640, y: 360, width: 1280, height: 720 };
const shape = { hotX: 4, hotY: 7 };
/** 1000 by 800: a picture of 16 to 9 is 1000 by 562.5, with bars of 118.75. */
const box = { left: 100, top: 50, width: 1000, height: 800 };
const origin = { left: 0, top: 0 };

test('[CU10] the pointer of another lies where it would in the picture, as large, past the bars', () => {
  const video = { width: 1280, height: 720 };
  const plain = { origin, zoom: 1, video, place, shape };
  expect(overPicture({ ...plain, box: { left: 0, top: 0, ...video } })).toBe('translate(636px, 353px) scale(1)');
  const scale = 1000 / 1280;
  const [x, y] = [100 + 636 * scale, 50 + 118.75 + 353 * scale];
  expect(overPicture({ ...plain, box })).toBe(`translate(${x}px, ${y.toFixed(3)}px) scale(0.781)`);
  // Its element is reckoned from elsewhere.
  expect(overPicture({ ...plain, box, origin: { left: 100, top: 50 } })).toBe(
    `translate(${x - 100}px, ${(y - 50).toFixed(3)}px) scale(0.781)`,
  );
});

test('[CU10] a picture of fewer pixels than the display, and a page that enlarges both, change neither place nor size', () => {
  const plain = { box, origin, place, shape };
  const whole = overPicture({ ...plain, zoom: 1, video: { width: 1280, height: 720 } });
  expect(overPicture({ ...plain, zoom: 1, video: { width: 640, height: 360 } })).toBe(whole);
  const twice = overPicture({ ...plain, zoom: 2, video: { width: 1280, height: 720 } });
  expect(twice).toBe('translate(298.438px, 222.266px) scale(0.391)');
  expect(overPicture({ ...plain, zoom: 1, video: { width: 0, height: 0 } })).toBeUndefined();
});
