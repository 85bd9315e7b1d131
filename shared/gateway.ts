import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { AppVersion, AskedVersion, Name, SessionId } from './ids.ts';
import { Screen, ScreenChange } from './screen.ts';

/** The HTTP API, version 1.0: the bodies of requests and answers. */

/** `POST /1.0/sessions`. `region` "" lets the gateway choose. */
export const SessionPost = z.object({
  app: Name,
  app_version: AskedVersion,
  region: z.union([z.literal(''), Name]).default(''),
  joinable: z.boolean().default(false),
  /** The session is deleted when its client leaves; after an error it is kept. */
  ephemeral: z.boolean().default(true),
  /** Minutes without a client after which the session ends; 0 = it lives until it is ended. At most a week. */
  idle_time_min: z.int().min(0).max(10_080).optional(),
  /**
   * An addition: where no slot is free the session waits in line for one, so many minutes at most, and is `created` meanwhile.
   * Without it the answer is 404 then.
   */
  wait_max_min: z.int().min(1).max(1440).optional(),
  /**
   * An addition: for how many seconds the place of a client is kept whose connection broke, so that it may come back to it; 0 = not at
   * all. Then it has left, and the session goes on or ends as the rest says. At most an hour. Absent = as the gateway is set.
   */
  reconnect_sec: z.int().min(0).max(3600).optional(),
  /** Any JSON, handed to the instance. */
  extra_data: z.json().default(null),
  screen: Screen.prefault({}),
});
export type SessionPost = z.output<typeof SessionPost>;

/** `POST /1.0/sessions/{id}/join`. Members that older clients send besides (`disconnect_clients`) are ignored. */
export const JoinPost = z.object({ screen: ScreenChange.optional() });
export type JoinPost = z.output<typeof JoinPost>;

/** One entry of `stun_servers`: an RTCIceServer under the protocol's names. */
export const StunServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  password: z.string().optional(),
});
export type StunServer = z.output<typeof StunServer>;

export const SessionStatus = z.enum(['created', 'active', 'error', 'terminating', 'terminated']);
export type SessionStatus = z.output<typeof SessionStatus>;

/** The answer to a creation: 201. */
export const SessionPostData = z.object({
  id: SessionId,
  region: z.string(),
  status: SessionStatus,
  joinable: z.boolean(),
  url: z.url(),
  stun_servers: z.array(StunServer),
});
export type SessionPostData = z.output<typeof SessionPostData>;

/** The answer to a join: 200. */
export const JoinData = z.object({ url: z.url(), stun_servers: z.array(StunServer) });
export type JoinData = z.output<typeof JoinData>;

/** A session as it is shown. `cluster_id` is the host's id, `container_id` the instance's. */
export const Session = z.object({
  id: SessionId,
  app: z.string(),
  /** An addition: the version that runs; as long as no host has it, the one that was asked for, 0 = the latest. */
  app_version: z.int().min(0).default(0),
  region: z.string(),
  cluster_id: z.string(),
  container_id: z.string(),
  joinable: z.boolean(),
  status: SessionStatus,
  status_message: z.string(),
});
export type Session = z.output<typeof Session>;

/** `DELETE /1.0/sessions`. */
export const SessionsDelete = z.object({ ids: z.array(SessionId).min(1).max(200) });
export type SessionsDelete = z.output<typeof SessionsDelete>;

/** The answer: what was deleted, or is being deleted, and why the others were not. */
export const SessionsDeleteData = z.object({
  deleted_sessions: z.array(SessionId),
  errors: z.array(z.object({ session_id: SessionId, error_message: z.string(), status_code: z.int() })),
});
export type SessionsDeleteData = z.output<typeof SessionsDeleteData>;

/** An entry of `GET /1.0/regions`. */
export const Named = z.object({ name: z.string() });
export type Named = z.output<typeof Named>;

/**
 * An entry of `GET /1.0/applications`. An addition: its versions, the latest last; of those that are published the latest is what a
 * session gets that asks for none.
 */
export const OfferedApplication = z.object({
  name: z.string(),
  versions: z.array(z.object({ version: AppVersion, published: z.boolean() })),
});
export type OfferedApplication = z.output<typeof OfferedApplication>;

/** `GET /1.0/status`: without a token only `status`. */
export const GatewayStatus = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  hosts: z.int().optional(),
  slots: z.int().optional(),
  used: z.int().optional(),
  /** Stages that wait ready for sessions. */
  warm: z.int().optional(),
});
export type GatewayStatus = z.output<typeof GatewayStatus>;

/** `POST /1.0/accounts`, with the admin secret; the answer is the only time that the token is shown. */
export const AccountPost = z.object({ name: Name, expiry_days: z.int().min(1).max(3650).default(365) });
export const AccountPostData = z.object({ name: Name, token: z.string(), expiry_at: z.int() });
export type AccountPostData = z.output<typeof AccountPostData>;

/** Every JSON answer is one of these. */
export type Envelope<T> =
  | { type: 'sync' | 'async'; status: 'success'; status_code: number; metadata?: T; total_size?: number }
  /** An addition: `code`, for programs; several share a status. */
  | { type: 'error'; status: 'failed'; status_code: number; error: string; code: ErrorCode };
