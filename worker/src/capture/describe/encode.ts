import type { VideoSource } from '#worker/capture/sources.ts';

/**
 * From raw frames to coded ones. The queue holds one frame and drops the older one: an encoder that is late codes what is on the
 * screen now, not what was.
 */
export const describeEncoding = ({ encoder }: VideoSource): string[] => [
  encoder.input,
  'queue max-size-buffers=1 max-size-bytes=0 max-size-time=0 leaky=downstream',
  encoder.text,
];
