import type { VideoCodec } from '#worker/capture/sources.ts';

export interface EncoderSettings {
  /** Pixels, frames a second. */
  width: number;
  height: number;
  fps: number;
  bitrateKbps: number;
}

/** An encoder of video: an element of GStreamer and how it is set for the least delay. */
export interface Encoder {
  /** The element's name. */
  name: string;
  codec: VideoCodec;
  /** The raw format that it takes without a further conversion. */
  format: 'NV12' | 'I420';
  /** The element's properties, and what it must put out. */
  describe(settings: EncoderSettings): string;
  /** The property that sets the bitrate while it runs. */
  bitrate: { property: string; unitsPerKbps: number };
}
