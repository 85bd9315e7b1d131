import { z } from 'zod';
import { WireError } from '#shared/errors.ts';
import { HostEvent, Role } from '#shared/host.ts';
import { AskedVersion, Incarnation, Name, PeerId, SessionId } from '#shared/ids.ts';
import { Position } from '#shared/position.ts';
import { Screen } from '#shared/screen.ts';
import { ShareId } from '#shared/shares.ts';
import { ClientSignal } from '#shared/signal.ts';
import { TraceCarrier } from '#shared/trace.ts';
import { noSharing, Sharing } from './sharing-state.ts';

/** What was asked for when the session was created. `screen` follows the joins. */
export const Wish = z.object({
  session: SessionId,
  account: Name,
  /** The link that places the session and takes its events. */
  link: Name,
  app: Name,
  appVersion: AskedVersion,
  /** "" = any. */
  region: z.string(),
  /** Where its client is, where that is known and no region was asked for. */
  near: Position.optional(),
  joinable: z.boolean(),
  ephemeral: z.boolean(),
  /** Minutes; absent = the default, 0 = for ever. */
  idleTimeMin: z.int().optional(),
  /** The default, where the account has set one: minutes, 0 = for ever, null = the session ends with its client. */
  defaultIdleMin: z.int().nullable().optional(),
  /** For how many minutes it may wait in line for a slot; absent = it does not. */
  waitMaxMin: z.int().optional(),
  /** How long a client may be missed. Milliseconds. */
  peerGraceMs: z.int().min(0).default(10_000),
  extraData: z.json(),
  screen: Screen,
  /** The trace of the request that created it. */
  trace: TraceCarrier.optional(),
});
export type Wish = z.output<typeof Wish>;

/** The right to open the signalling socket once. Only the token's hash is kept. */
export const Ticket = z.object({
  hash: z.string(),
  expiresAtMs: z.int(),
  use: z.enum(['fresh', 'used', 'replaced']),
  role: Role.default('owner'),
  /** By which share it came, if by one. */
  share: ShareId.nullable().default(null),
  /** The client that comes back with it, as often as it has to; null: it makes a new client, once. */
  peer: PeerId.nullable().default(null),
});
export type Ticket = z.output<typeof Ticket>;

/** Who is at the other end of a socket. `share`: by which it came, if by one. */
export const Visitor = z.object({ peer: PeerId, role: Role, share: ShareId.nullable() });
export type Visitor = z.output<typeof Visitor>;

/** Where the session runs. */
export const Place = z.object({
  host: Name,
  incarnation: Incarnation,
  region: z.string(),
  instance: z.string(),
  /** Of the application, as the link chose it; absent where it could not tell. */
  version: z.int().optional(),
  /** What its application can do besides, as the host said. */
  capabilities: z.array(z.string()).readonly().optional(),
});
export type Place = z.output<typeof Place>;

/** When the account's index is to be written again, unless it is known to be right: milliseconds since 1970. */
const reindexAtMs = z.int().nullable();

const living = { wish: Wish, tickets: z.array(Ticket), reindexAtMs };
/** `seq`: the last event seen. */
const running = { ...living, place: Place, seq: z.int(), sharing: Sharing.default(noSharing) };

export const RoomState = z.discriminatedUnion('status', [
  /** No session: none yet, or none any more. */
  z.object({ status: z.literal('empty') }),
  /** The link looks for a host. `early`: what a host said before the link did. */
  z.object({ status: z.literal('placing'), ...living, early: z.array(HostEvent), giveUpAtMs: z.int() }),
  /** It stands in line for a slot. */
  z.object({
    status: z.literal('waiting'),
    ...living,
    early: z.array(HostEvent),
    /** What clients have said that a host is to answer. */
    held: z.array(z.object({ from: Visitor, signal: ClientSignal })),
    /** Its place in the line, from 1; 0 = it was not told yet. */
    place: z.int(),
    /** When it has waited for too long; when its client has been away for too long, null while it is there. */
    giveUpAtMs: z.int(),
    leaveAtMs: z.int().nullable(),
    /** When it makes sure that it still stands there. */
    enterAtMs: z.int(),
  }),
  /** A host has accepted the session and starts it. */
  z.object({ status: z.literal('created'), ...running }),
  /** The instance runs. */
  z.object({ status: z.literal('active'), ...running }),
  /** It failed: kept until it is deleted, so that its owner can read why. */
  z.object({ status: z.literal('error'), ...living, place: Place, error: WireError }),
  /** It was asked to end. `place` is null where it was not placed yet. */
  z.object({
    status: z.literal('terminating'),
    wish: Wish,
    place: Place.nullable(),
    reason: z.string(),
    reindexAtMs,
    /** How often the host was asked to end it, and when it is asked again. */
    attempts: z.int(),
    retryAtMs: z.int(),
  }),
  /** It ended by itself and is not ephemeral: kept until it is deleted. */
  z.object({ status: z.literal('terminated'), wish: Wish, place: Place, reason: z.string(), reindexAtMs }),
  /** It is over; what is left is to take it out of the account's index. */
  z.object({ status: z.literal('gone'), session: SessionId, account: Name, reindexAtMs: z.int() }),
]);
export type RoomState = z.output<typeof RoomState>;

export type In<S extends RoomState['status']> = Extract<RoomState, { status: S }>;

/** The states in which a host has the session. */
export type Running = In<'created' | 'active'>;

/** How states are stored; another number is another shape. */
export const StoredState = z.object({ version: z.literal(1), state: RoomState });
