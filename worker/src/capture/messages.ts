import { z } from 'zod';
import { screenElements } from './describe/source.ts';
import { AudioSource, CodedPicture, VideoSource } from './sources.ts';

/** What the host and its capture child say to each other. `id` counts the pipelines of one child. */
const id = z.int().min(1);

export const ToChild = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start-video'), id, source: VideoSource }),
  z.object({ type: z.literal('start-audio'), id, source: AudioSource }),
  z.object({ type: z.literal('keyframe'), id }),
  z.object({ type: z.literal('bitrate'), id, kbps: z.int().min(1) }),
  z.object({ type: z.literal('hold'), id, on: z.boolean() }),
  z.object({ type: z.literal('picture'), id, picture: CodedPicture }),
  z.object({ type: z.literal('pointer'), id, on: z.boolean() }),
  z.object({ type: z.literal('stop'), id }),
  /** Asks for `counted`. */
  z.object({ type: z.literal('count') }),
]);
export type ToChild = z.output<typeof ToChild>;

export const FromChild = z.discriminatedUnion('type', [
  /** GStreamer is loaded. `playoutDelay`: whether the plugin for that header extension was found. */
  z.object({ type: z.literal('ready'), playoutDelay: z.boolean() }),
  /** The first RTP packet has left. `screen`: what captures the display; null for sound. */
  z.object({ type: z.literal('started'), id, screen: z.enum(screenElements).nullable() }),
  /** The pipeline could not be started; nothing of it is left. */
  z.object({ type: z.literal('refused'), id, message: z.string(), byEncoder: z.boolean() }),
  /** The pipeline ran and broke; nothing of it is left. `byEncoder`: it was the encoder that gave up. */
  z.object({ type: z.literal('failed'), id, message: z.string(), byEncoder: z.boolean() }),
  /** The pipeline's encoder hangs. To stop it might never end: the process is good for nothing any more. */
  z.object({ type: z.literal('hung'), id, message: z.string() }),
  z.object({ type: z.literal('stopped'), id }),
  /** How many frames this process has encoded since it was started. */
  z.object({ type: z.literal('counted'), frames: z.int().min(0) }),
]);
export type FromChild = z.output<typeof FromChild>;
