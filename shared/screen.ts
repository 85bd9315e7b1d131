import { z } from 'zod';

/** H.264 and VP8 code pictures in 4:2:0: width and height must be even. An odd one is rounded up. */
const even = (pixels: number): number => pixels + (pixels % 2);

/** The size, rate and density of a session's screen: pixels, frames a second, dots an inch. At most 3840 by 2160, 120 frames a second. */
export const Screen = z.object({
  width: z.int().min(1).max(3840).default(1280).transform(even),
  height: z.int().min(1).max(2160).default(720).transform(even),
  fps: z.int().min(1).max(120).default(60),
  density: z.int().min(72).max(1200).default(240),
});
export type Screen = z.output<typeof Screen>;

/** The screen of a join: only what is given changes. */
export const ScreenChange = z.object({
  width: z.int().min(1).max(3840).transform(even).optional(),
  height: z.int().min(1).max(2160).transform(even).optional(),
  fps: z.int().min(1).max(120).optional(),
  density: z.int().min(72).max(1200).optional(),
});
export type ScreenChange = z.output<typeof ScreenChange>;
