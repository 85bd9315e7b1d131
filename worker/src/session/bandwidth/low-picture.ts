import type { Picture } from './ladder.ts';

/** Below that nothing seems to move. */
const leastFps = 10;

/** What the low stream has of a screen: half of it each way, half as often. That is an eighth of the pixels a second. */
export const lowPictureOf = ({ width, height, fps }: Picture): Picture => ({
  width: half(width),
  height: half(height),
  fps: Math.min(fps, Math.max(leastFps, Math.round(fps / 2))),
});

/** Encoders take even numbers. */
const half = (pixels: number): number => Math.max(2, 2 * Math.round(pixels / 4));
