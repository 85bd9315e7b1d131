import type { Encoder } from '#worker/capture/encoders/encoder.ts';
import type { VideoSource } from '#worker/capture/sources.ts';

/**
 * From raw frames to coded ones. The queue holds one frame and drops the older one: an encoder that is late codes what is on the
 * screen now, not what was.
 */
export const describeEncoding = (source: VideoSource, encoder: Encoder): string[] => [
  'videoconvert',
  `video/x-raw,format=${encoder.format}`,
  'queue max-size-buffers=1 max-size-bytes=0 max-size-time=0 leaky=downstream',
  encoder.describe(source),
];
