import type { EncoderSettings, Setting } from './candidate.ts';

/** Quantities of encoders that follow from the settings. */

/** Keyframes come when they are asked for; this is only how long a receiver that can't ask waits at worst. */
const keyframeEverySeconds = 60;

/** Frames. */
export const keyframeDistance = ({ fps }: EncoderSettings): number => fps * keyframeEverySeconds;

/** Two threads code 1280 by 720 at 60 fps in time. More than four slices make Chromium's decoder slower. */
export const threads = ({ width, height, fps }: EncoderSettings): number =>
  Math.min(4, Math.max(2, Math.ceil((width * height * fps) / (1280 * 720 * 60))));

export const kbps = ({ bitrateKbps }: EncoderSettings): number => bitrateKbps;
export const bps = ({ bitrateKbps }: EncoderSettings): number => bitrateKbps * 1000;

/** How far the size of a frame may be over the mean one, in frames: what is sent takes so much longer to arrive. */
const bufferFrames = 1.5;

/** The encoder's model of the receiver's buffer, in kbit. */
export const bufferKbit = ({ bitrateKbps, fps }: EncoderSettings): number => Math.ceil((bitrateKbps * bufferFrames) / fps);
/** The same in milliseconds. */
export const bufferMs = ({ fps }: EncoderSettings): number => Math.ceil((1000 * bufferFrames) / fps);

/** One keyframe in this time at most, whoever asks: a flood of requests must not become a flood of keyframes. Nanoseconds. */
export const keyframeInterval: Setting = ['min-force-key-unit-interval', 200_000_000];
