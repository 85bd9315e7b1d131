import type { CodedPicture, VideoSource } from '#worker/capture/sources.ts';

/** So many frames a second. */
export const rateCaps = (fps: number): string => `video/x-raw,framerate=${fps}/1`;

/** Pixels that are square, so that a picture of fewer has the same shape; null: as many as come. */
export const sizeCaps = (size: CodedPicture['size']): string =>
  size === null ? 'video/x-raw' : `video/x-raw,width=${size.width},height=${size.height},pixel-aspect-ratio=1/1`;

/**
 * How many frames of the source, and of their pixels, go on to the encoder: at first all that the source says. `rate` and `size` are changed while it runs,
 * and `gate` holds all frames back.
 */
export const describeRate = ({ fps, size = null }: VideoSource): string[] => [
  `capsfilter name=rate caps=${rateCaps(fps)}`,
  'valve name=gate',
  'videoscale add-borders=false',
  `capsfilter name=size caps=${sizeCaps(size)}`,
];
