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

/** How many frames of the mean size the largest may take: what is sent takes so much longer to arrive. See docs/decisions/0018. */
const bufferFrames = { hardware: 1.5, software: 2 } as const;

/** The size of the largest frame for hardware, in kbit. */
export const bufferKbit = ({ bitrateKbps, fps }: EncoderSettings): number =>
  Math.ceil((bitrateKbps * bufferFrames.hardware) / fps);
/** The same in milliseconds. */
export const hardwareBufferMs = ({ fps }: EncoderSettings): number => Math.ceil((1000 * bufferFrames.hardware) / fps);
/** The same for software. */
export const bufferMs = ({ fps }: EncoderSettings): number => Math.ceil((1000 * bufferFrames.software) / fps);

/**
 * One keyframe in this time at most, that of the start counted: the media server merges requests over far longer, but for the first, which
 * must not wait. Nanoseconds.
 */
export const keyframeInterval: Setting = ['min-force-key-unit-interval', 30_000_000];
