import { z } from 'zod';

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest picture that is streamed: 4K. */
export const largestSize: Size = { width: 3840, height: 2160 };

/** No encoder takes a side that is shorter. */
const shortestSide = 16;

/** H.264 and VP8 code pictures in 4:2:0: width and height must be even. An odd one is rounded up. */
const even = (pixels: number): number => pixels + (pixels % 2);

const width = z.int().min(1).max(largestSize.width).transform(even).describe('Pixels; an odd number is rounded up.');
const height = z.int().min(1).max(largestSize.height).transform(even).describe('Pixels; an odd number is rounded up.');
const fps = z.int().min(1).max(120).describe('Frames a second, at the most.');
/** Dots an inch. */
export const leastDensity = 72;
export const largestDensity = 1200;
const density = z.int().min(leastDensity).max(largestDensity).describe('Dots an inch, for applications that follow them.');

/** The size, rate and density of a session's screen: pixels, frames a second, dots an inch. At most 3840 by 2160, 120 frames a second. */
export const Screen = z.object({
  width: width.prefault(1280),
  height: height.prefault(720),
  fps: fps.default(60),
  density: density.default(240),
});
export type Screen = z.output<typeof Screen>;

/** The screen of a join: only what is given changes. */
export const ScreenChange = z.object({
  width: width.optional(),
  height: height.optional(),
  fps: fps.optional(),
  density: density.optional(),
});
export type ScreenChange = z.output<typeof ScreenChange>;

/** The screen that a client which is connected wishes for: another size, and what else is to change. */
export const ScreenResize = z.object({ width, height, fps: fps.optional(), density: density.optional() });
export type ScreenResize = z.output<typeof ScreenResize>;

/** `size` made smaller until it is within `limit`, its shape kept; even, and not too small to be coded. */
export function fitWithin(size: Size, limit: Size): Size {
  const scale = Math.min(1, limit.width / size.width, limit.height / size.height);
  const side = (pixels: number): number => Math.max(shortestSide, 2 * Math.round((pixels * scale) / 2));
  return { width: Math.min(side(size.width), limit.width), height: Math.min(side(size.height), limit.height) };
}
