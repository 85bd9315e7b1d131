import { z } from 'zod';
import { Name } from './ids.ts';

/** The signalling socket: one JSON object a text frame. SDP and candidates are base64 of Latin-1 text. */

/** The highest version of the protocol that this server speaks: the server offers, the client answers. */
export const maxApiVersion = 2;

/** The longest frame that a client may send, in characters: an SDP answer is 5 to 20 kB. */
export const maxSignalLength = 256 * 1024;

const base64 = z.string().max(maxSignalLength);

/** Codec names come as the page typed them. A name that nobody knows is no error: it is a preference that can't be met. */
export const VideoCodecName = z
  .string()
  .max(20)
  .transform((name) => name.toUpperCase());

export const ClientSettings = z.object({
  type: z.literal('settings'),
  api_version: z.int().default(0),
  /** Named channels besides `control`, in the order in which the client creates them. */
  data_channels: z.array(Name).max(5).default([]),
  enable_speaker: z.boolean().default(true),
  enable_microphone: z.boolean().default(false),
  enable_video: z.boolean().default(true),
  enable_camera: z.boolean().default(false),
  device_type: z.string().max(200).optional(),
  foreground_activity: z.string().max(500).optional(),
  /** An addition: the client wants to hear who is in control (`control::state`), and may ask for it. */
  roles: z.boolean().default(false),
  /** An addition: the client restarts ICE when its network changes, over this socket or another one that it opens with a `resume` token. */
  resumable: z.boolean().default(false),
  video: z.object({ preferred_decoder_codecs: z.array(VideoCodecName).max(20).default([]) }).optional(),
});
export type ClientSettings = z.output<typeof ClientSettings>;

/** A candidate of the host (RFC 8839 section 5.1), as plain text. */
export const Candidate = z.object({ candidate: z.string().max(1000), sdpMid: z.string().max(64), sdpMLineIndex: z.int().min(0) });
export type Candidate = z.output<typeof Candidate>;

export const ClientSignal = z.discriminatedUnion('type', [
  z.object({ type: z.literal('discover') }),
  ClientSettings,
  z.object({ type: z.literal('answer'), sdp: base64 }),
  z.object({ type: z.literal('offer'), sdp: base64, dataChannels: z.array(Name).max(5).optional() }),
  z.object({
    type: z.literal('candidate'),
    candidate: base64,
    sdpMid: z.string().max(64).nullish(),
    sdpMLineIndex: z.int().min(0).max(64).nullish(),
  }),
  /** An addition, of clients that said `resumable`: the way to the host is lost, and another is to be found for the same connection. */
  z.object({ type: z.literal('ice-restart') }),
]);
export type ClientSignal = z.output<typeof ClientSignal>;

export const ServerSignal = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('resp:discover'),
    max_api_version: z.int(),
    fps: z.int().optional(),
    capabilities: z.array(z.string()).optional(),
  }),
  z.object({ type: z.literal('offer'), sdp: z.string() }),
  /** To a client of version 0 or 1, which offers. */
  z.object({ type: z.literal('answer'), sdp: z.string() }),
  Candidate.extend({ type: z.literal('candidate') }),
  /** An addition: the session's place in the line for a slot, from 1, when it has changed; 0 = it has a slot. */
  z.object({ type: z.literal('line'), place: z.int().min(0) }),
  /** To a client that said `resumable`: a token for further sockets of this client, and for how long its place is kept when it is missed. */
  z.object({ type: z.literal('resume'), token: z.string(), reconnect_sec: z.number().min(0).optional() }),
  /** The answer to `ice-restart`: the host's new credentials (RFC 8839 section 5.4). Its candidates follow. */
  z.object({ type: z.literal('ice-restart'), ufrag: z.string(), pwd: z.string() }),
  z.object({ type: z.literal('error'), code: z.int(), message: z.string() }),
]);
export type ServerSignal = z.output<typeof ServerSignal>;

/** A keep-alive that the edge answers without waking the room. Only this project's own client sends it. */
export const keepAlive = { ping: '{"type":"ping"}', pong: '{"type":"pong"}' } as const;
