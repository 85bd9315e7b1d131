import fc from 'fast-check';
import { expect, test } from 'vitest';
import { densityOf, sharpSize } from '#web/client/follow.ts';
import { buttonChanges } from '#web/client/input/mouse.ts';
import { penData } from '#web/client/input/pen.ts';
import { toVideo, toVideoDistance } from '#web/client/input/place.ts';
import { tiltOf } from '#web/client/input/tilt.ts';
import { Fingers } from '#web/client/input/touch.ts';
import { notches } from '#web/client/input/wheel.ts';

const box = { left: 10, top: 20, width: 1000, height: 800 };
const video = { width: 500, height: 300 };

test('[CL1] a place on the page becomes pixels of the video, bars taken off', () => {
  // Scaled twice: 1000 by 600, with bars of 100 above and below.
  expect(toVideo({ x: 10, y: 120 }, box, video)).toEqual({ x: 0, y: 0 });
  expect(toVideo({ x: 510, y: 420 }, box, video)).toEqual({ x: 250, y: 150 });
  expect(toVideo({ x: 10, y: 20 }, box, video)).toEqual({ x: 0, y: 0 });
  expect(toVideo({ x: 5000, y: 5000 }, box, video)).toEqual({ x: 499, y: 299 });
  expect(toVideo({ x: 1, y: 1 }, box, { width: 0, height: 0 })).toBeUndefined();
  expect(toVideoDistance({ x: 10, y: -4 }, box, video)).toEqual({ x: 5, y: -2 });
});

test('[CL1] no place lies outside of the video', () => {
  const side = fc.integer({ min: 1, max: 4000 });
  fc.assert(
    fc.property(fc.integer(), fc.integer(), side, side, side, side, (x, y, width, height, videoWidth, videoHeight) => {
      const at = toVideo({ x, y }, { left: 0, top: 0, width, height }, { width: videoWidth, height: videoHeight });
      expect(at?.x).toBeGreaterThanOrEqual(0);
      expect(at?.y).toBeGreaterThanOrEqual(0);
      expect(at?.x).toBeLessThan(videoWidth);
      expect(at?.y).toBeLessThan(videoHeight);
    }),
  );
});

test('[CL2] buttons have X11 numbers, by what the DOM means', () => {
  expect(buttonChanges(0, 1)).toEqual([{ button: 1, pressed: true }]);
  expect(buttonChanges(0, 2)).toEqual([{ button: 3, pressed: true }]);
  expect(buttonChanges(0, 4)).toEqual([{ button: 2, pressed: true }]);
  expect(buttonChanges(1, 2)).toEqual([
    { button: 1, pressed: false },
    { button: 3, pressed: true },
  ]);
  expect(buttonChanges(24, 0)).toEqual([
    { button: 8, pressed: false },
    { button: 9, pressed: false },
  ]);
});

test('[CL3] the wheel tells notches and their parts, up is positive', () => {
  const turned = (delta: number, deltaMode = 0, wheelDelta?: number) => notches({ delta, deltaMode, wheelDelta });
  expect([100, -200, 40, 3000].map((delta) => turned(delta))).toEqual([-1, 2, -0.4, -10]);
  expect([turned(3, 1), turned(1, 2)]).toEqual([-1, -1]);
  // Where the browser tells of notches, they count: pixels are the page's.
  expect([turned(53, 0, -120), turned(-4, 0, 12), turned(100, 0, 0)]).toEqual([-1, 0.1, -1]);
  expect(Object.is(turned(0), 0)).toBe(true);
  expect(turned(Number.NaN)).toBe(0);
});

test('[CL4] fingers have the lowest free number of ten', () => {
  const fingers = new Fingers();
  expect([71, 72, 73].map((pointer) => fingers.add(pointer))).toEqual([0, 1, 2]);
  expect(fingers.remove(72)).toEqual({ id: 1, last: false });
  expect(fingers.add(74)).toBe(1);
  for (let i = 0; i < 7; i += 1) fingers.add(100 + i);
  expect(fingers.add(200)).toBeUndefined();
  expect(fingers.remove(200)).toBeUndefined();
});

test('[CL20] the picture is sharp at the size of its element, even, and within the limit with its shape kept', () => {
  const limit = { width: 1920, height: 1080 };
  expect(sharpSize({ width: 1281, height: 720.4 }, 1, limit)).toEqual({ width: 1282, height: 720 });
  expect(sharpSize({ width: 640, height: 360 }, 2, limit)).toEqual({ width: 1280, height: 720 });
  expect(sharpSize({ width: 1920, height: 1080 }, 2, limit)).toEqual(limit);
  expect(sharpSize({ width: 500, height: 1000 }, 2, limit)).toEqual({ width: 540, height: 1080 });
  expect(sharpSize({ width: 3000, height: 1500 }, 1)).toEqual({ width: 3000, height: 1500 });
  expect(sharpSize({ width: 5120, height: 2880 }, 1)).toEqual({ width: 3840, height: 2160 });
  expect(sharpSize({ width: 10, height: 10 }, 1)).toEqual({ width: 320, height: 240 });
});

test('[CL23] text is asked for as large as the page’s: as many dots an inch as a CSS inch has of the picture', () => {
  expect(densityOf({ width: 1280, height: 720 }, { width: 1280, height: 720 })).toBe(96);
  expect(densityOf({ width: 2560, height: 1440 }, { width: 1280, height: 720 })).toBe(192);
  expect(densityOf({ width: 1920, height: 1080 }, { width: 1280, height: 720 })).toBe(144);
  expect(densityOf({ width: 1282, height: 720 }, { width: 1281, height: 720 })).toBe(96);
  expect(densityOf({ width: 1920, height: 1080 }, { width: 3840, height: 2160 })).toBe(72);
  expect(densityOf({ width: 320, height: 240 }, { width: 1, height: 1 })).toBe(1200);
});

test('[CL41] a pen’s tilt is what the browser says, and follows from the angles of its barrel where it says none', () => {
  const none = { tiltX: 0, tiltY: 0 };
  expect(tiltOf({ tiltX: 10, tiltY: 0, altitudeAngle: 1, azimuthAngle: 1 })).toEqual({ tiltX: 10, tiltY: 0 });
  expect(tiltOf(none)).toEqual(none);
  expect(tiltOf({ ...none, altitudeAngle: Math.PI / 2, azimuthAngle: 0 })).toEqual(none);
  expect(tiltOf({ ...none, altitudeAngle: Math.PI / 3, azimuthAngle: 0 })).toEqual({ tiltX: 30, tiltY: 0 });
  expect(tiltOf({ ...none, altitudeAngle: Math.PI / 4, azimuthAngle: (3 * Math.PI) / 2 })).toEqual({ tiltX: 0, tiltY: -45 });
  expect(tiltOf({ ...none, altitudeAngle: 0, azimuthAngle: (3 * Math.PI) / 4 })).toEqual({ tiltX: -90, tiltY: 90 });
});

test('[CL36] the eraser is one while it touches and while it is lifted, and the button at the side is told', () => {
  const pen = { button: -1, buttons: 0, pressure: 0, tiltX: 0, tiltY: 0, twist: 0 };
  const told = (change: object) => penData({ ...pen, ...change }, { x: 1, y: 2 });
  expect(told({})).toMatchObject({ x: 1, y: 2, tool: 'pen', down: false, barrel: false });
  expect(told({ buttons: 1, pressure: 0.12345 })).toMatchObject({ tool: 'pen', down: true, pressure: 0.123 });
  expect(told({ buttons: 3 })).toMatchObject({ tool: 'pen', down: true, barrel: true });
  expect(told({ buttons: 32, button: 5 })).toMatchObject({ tool: 'eraser', down: true });
  expect(told({ buttons: 0, button: 5 })).toMatchObject({ tool: 'eraser', down: false });
});
