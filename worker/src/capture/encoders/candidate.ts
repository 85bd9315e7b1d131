import type { VideoCodec } from '#worker/capture/video-codec.ts';

/** What an encoder is set for: pixels, frames a second, kbit/s. */
export interface EncoderSettings {
  width: number;
  height: number;
  fps: number;
  bitrateKbps: number;
}

/** Who made the hardware; `software`: none is needed. */
export type Vendor = 'nvidia' | 'va' | 'qsv' | 'v4l2' | 'software';

/** The memory in which an encoder takes its frames: see frames.ts. */
export type FrameMemory = 'cuda' | 'va' | 'system';

/** A value of a property, or how it follows from the settings. */
export type Value = string | number | ((settings: EncoderSettings) => string | number);

/**
 * A property and what it is set to. Versions differ in their properties and in the values that these take, so the element is asked:
 * a property that it has not is left out, and of several values the first that it knows is taken.
 */
export type Setting = readonly [property: string, ...values: Value[]];

/** A property that changes a bitrate, and how many of its units are a kbit/s. `text`: what it is set to, with `{}` for the number. */
export interface BitrateProperty {
  property: string;
  unitsPerKbps: number;
  text?: string | undefined;
}

/**
 * An encoder that may be there: an element of GStreamer and how it is set for the least delay. All of them make a keyframe when
 * the element below asks for one (`GstForceKeyUnit`), as every GstVideoEncoder does.
 */
export interface Candidate {
  element: string;
  codec: VideoCodec;
  vendor: Vendor;
  /** Where it can take frames from, the way with the least copying first. */
  memory: readonly FrameMemory[];
  /** The raw format that it takes without a further conversion. */
  format: 'NV12' | 'I420';
  settings: readonly Setting[];
  /** What it must put out, and what has to stand between it and the payloader. */
  output: string;
  /** What changes the bitrate while it runs; null where nothing does. */
  bitrate: BitrateProperty | null;
}
