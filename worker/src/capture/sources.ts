import { z } from 'zod';
import { Encoder } from './encoders/encoder.ts';
import { VideoCodec } from './video-codec.ts';

const port = z.int().min(1).max(65_535);
const ssrc = z.int().min(1).max(0xff_ff_ff_ff);
const payloadType = z.int().min(0).max(127);

/** What a video pipeline takes in and where its RTP goes. */
export const VideoSource = z.object({
  /** The X display, as in DISPLAY. */
  display: z.string().min(1),
  /** The file with the key to it, as in XAUTHORITY. */
  authority: z.string(),
  /** What is coded, in pixels and frames a second: of the display's size it follows the display when that changes. */
  width: z.int().min(2).max(8192),
  height: z.int().min(2).max(8192),
  fps: z.int().min(1).max(240),
  /** None: the display's own size. Else the picture is brought to this one, until another is asked for. */
  size: z.object({ width: z.int().min(2).max(8192), height: z.int().min(2).max(8192) }).nullish(),
  codec: VideoCodec,
  bitrateKbps: z.int().min(1),
  /** Described for this size and bitrate. */
  encoder: Encoder,
  /** To 127.0.0.1, RTCP on the same port (RFC 5761). The extension's id is one of RFC 8285; null switches it off. */
  rtp: z.object({ port, ssrc, payloadType, playoutDelayExtensionId: z.int().min(1).max(14).nullable() }),
});
export type VideoSource = z.output<typeof VideoSource>;

/** What a sound pipeline takes in and where its RTP goes. */
export const AudioSource = z.object({
  /** As in PULSE_SERVER. */
  server: z.string().min(1),
  /** The source's name at that server: the monitor of a sink. */
  source: z.string().min(1),
  rtp: z.object({ port, ssrc, payloadType }),
});
export type AudioSource = z.output<typeof AudioSource>;

/** What is coded of a display: frames a second, and pixels; a size of null is the display's own, whatever becomes of it. */
export const CodedPicture = z.object({
  fps: z.int().min(1).max(240),
  size: z.object({ width: z.int().min(2).max(8192), height: z.int().min(2).max(8192) }).nullable(),
});
export type CodedPicture = z.output<typeof CodedPicture>;
