import { z } from 'zod';
import { ExpiryDays } from './account.ts';
import type { ErrorCode } from './errors.ts';
import { AppVersion, AskedVersion, Name, SessionId } from './ids.ts';
import { Screen, ScreenChange } from './screen.ts';

/** The HTTP API, version 1.0: the bodies of requests and answers. */

/** `POST /1.0/sessions`. `wait_max_min` and `reconnect_sec` are additions. */
export const SessionPost = z.object({
  app: Name.describe('The application, as `GET /1.0/applications` names it.'),
  app_version: AskedVersion.describe('Which version of it; 0: the latest that is published.'),
  region: z
    .union([z.literal(''), Name])
    .default('')
    .describe('Where it runs; "": in the nearest to the client that has a slot.'),
  joinable: z.boolean().default(false).describe('Whether clients may come again, or others in their place.'),
  ephemeral: z.boolean().default(true).describe('Whether it is deleted when it ends; after an error it is kept.'),
  idle_time_min: z
    .int()
    .min(0)
    .max(10_080)
    .optional()
    .describe('Minutes without a client after which it ends; 0: it lives until it is ended.'),
  wait_max_min: z
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('For how many minutes it may wait in line where no slot is free. Without it the answer is 404 then.'),
  reconnect_sec: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .describe('For how many seconds the place of a client is kept whose connection broke. Without it: as the gateway is set.'),
  extra_data: z.json().default(null).describe('Anything, handed to the application.'),
  screen: Screen.prefault({}).describe('The screen that is asked for, cut down to what the application allows.'),
});
export type SessionPost = z.output<typeof SessionPost>;

/** `POST /1.0/sessions/{id}/join`. Members that older clients send besides (`disconnect_clients`) are ignored. */
export const JoinPost = z.object({ screen: ScreenChange.optional().describe('What is to change of the screen.') });
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
export const SessionsDelete = z.object({ ids: z.array(SessionId).min(1).max(200).describe('The ids of the sessions.') });
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
export const AccountPost = z.object({
  name: Name.describe('What the account is to be called.'),
  expiry_days: ExpiryDays.default(365).describe('For how many days its token is valid.'),
});
export const AccountPostData = z.object({ name: Name, token: z.string(), expiry_at: z.int() });
export type AccountPostData = z.output<typeof AccountPostData>;

/** Every JSON answer is one of these. */
export type Envelope<T> =
  | { type: 'sync' | 'async'; status: 'success'; status_code: number; metadata?: T; total_size?: number }
  /** An addition: `code`, for programs; several share a status. */
  | { type: 'error'; status: 'failed'; status_code: number; error: string; code: ErrorCode };
