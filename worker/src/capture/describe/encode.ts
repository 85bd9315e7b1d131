import type { VideoSource } from '#worker/capture/sources.ts';
import type { ScreenElement } from './source.ts';

/**
 * What is between a source and an encoder. On a clock frames come whether the encoder is ready or not: one waits, and a newer one takes
 * its place, so that what is coded is on the screen now, not what was. A source that is told of damage takes the picture when the
 * encoder has taken the last one, which is newer still, and nothing is read for nothing.
 */
const waiting: Readonly<Record<ScreenElement, string[]>> = {
  xdamagesrc: [],
  ximagesrc: ['queue max-size-buffers=1 max-size-bytes=0 max-size-time=0 leaky=downstream'],
};

/** Counts the frames that the encoder has taken. */
const taken = 'identity name=taken silent=true';

/** From raw frames to coded ones. */
export const describeEncoding = ({ encoder }: VideoSource, screen: ScreenElement): string[] => [
  encoder.input,
  ...waiting[screen],
  taken,
  encoder.text,
];
