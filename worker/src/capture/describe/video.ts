import type { VideoSource } from '#worker/capture/sources.ts';
import { describeEncoding } from './encode.ts';
import { describeRate } from './rate.ts';
import { describePayloading, overRtp } from './rtp.ts';
import { describeSource, type ScreenElement } from './source.ts';
import { rtpTimestamp } from './timestamp.ts';

/**
 * The pipelines as text, in the language of gst-launch. Their elements are named: `source`, `encoder` and `payloader` are
 * steered or told apart in messages, `taken` counts the frames that the encoder has got, `counter` those that it has coded.
 */

const counter = 'identity name=counter silent=true';

/** From the display to RTP packets. */
export const videoChain = (source: VideoSource, screen: ScreenElement): string =>
  [
    ...describeSource(source, screen),
    ...describeRate(source),
    ...describeEncoding(source, screen),
    counter,
    ...describePayloading(source, rtpTimestamp(90_000)),
  ].join(' ! ');

/** Sets properties from text; in the pipeline, but in no chain. */
const textSetter = 'propertytext name=texts';

/** The whole video pipeline. */
export function videoPipeline(source: VideoSource, screen: ScreenElement): string {
  const pipeline = overRtp(videoChain(source, screen), source.rtp.port);
  return source.encoder.bitrate?.text === undefined ? pipeline : `${pipeline} ${textSetter}`;
}
