import { z } from 'zod';
import { WireError } from './errors.ts';
import { AppVersion, AskedVersion, Incarnation, Name, PeerId, SessionId } from './ids.ts';
import { Position } from './position.ts';
import { Screen, ScreenChange } from './screen.ts';
import { Candidate, ClientSettings } from './signal.ts';

/** What the edge and the hosts say to each other over NATS. */

/** `null` = for ever. Milliseconds. The host keeps them by itself, also while the edge is away. */
export const Deadlines = z.object({
  /** Without any client yet. */
  firstPeerMs: z.int().min(0).nullable(),
  /** After the last client has left. 0 = the session ends with its client. */
  idleMs: z.int().min(0).nullable(),
  /** How long a client whose connection broke may take to come back. */
  peerGraceMs: z.int().min(0),
});
export type Deadlines = z.output<typeof Deadlines>;

/**
 * What a client of a session may do. `owner`: it came by the session's own address; there is one at a time, and the session's life
 * depends on it. The others came by a share, beside it: `control` may be given control, `view` only watches.
 */
export const Role = z.enum(['owner', 'control', 'view']);
export type Role = z.output<typeof Role>;

/** What a session is to be: the room's wish, and all that a host must know of it. */
export const LaunchOrder = z.object({
  session: SessionId,
  /** Whose it is: for the host's log. */
  account: Name.optional(),
  /** The link that takes this session's events. */
  link: Name,
  app: Name,
  appVersion: AskedVersion,
  screen: Screen,
  extraData: z.json(),
  deadlines: Deadlines,
});
export type LaunchOrder = z.output<typeof LaunchOrder>;

/** What the session can do besides the protocol's own, as `resp:discover` tells it: `vhal`. */
const Capabilities = z.array(z.string().max(50)).max(20);

/** A host's answer to a call for placement: a slot is kept for the session until it is launched, released, or `reservedMs` are over. */
export const PlaceOffer = z.object({
  host: Name,
  incarnation: Incarnation,
  region: Name,
  /** Used and reserved slots over all slots, from 0 to 1: this session's own is not counted. */
  load: z.number().min(0).max(1),
  reservedMs: z.int().min(0),
  /** The host has launched it: the order came with the call. */
  instance: z.string().optional(),
  capabilities: Capabilities.optional(),
});
export type PlaceOffer = z.output<typeof PlaceOffer>;

const ofSession = z.object({ session: SessionId });
const ofPeer = z.object({ session: SessionId, peer: PeerId });
const Done = z.object({});

/**
 * The calls that a host answers: the request, and the data of its {@link Outcome}. All but `place` are sent to the one host.
 * All are idempotent by session (and peer).
 */
export const hostCalls = {
  /** Reserves a slot. With `launch`, a host whose load is not above `upTo` launches the order at once. */
  place: {
    request: z.object({
      session: SessionId,
      app: Name,
      launch: z.object({ order: LaunchOrder, upTo: z.number() }).optional(),
    }),
    reply: PlaceOffer,
  },
  /** Gives a reserved slot back. Does nothing to a session that runs. */
  release: { request: ofSession, reply: Done },
  /** Starts the session's instance; answers as soon as it is accepted. */
  launch: { request: LaunchOrder, reply: z.object({ instance: z.string(), capabilities: Capabilities.optional() }) },
  /** A client's settings; the reply is the offer. Waits for the instance. `sdp` is plain text, not base64. */
  settings: {
    request: ofPeer.extend({ role: Role.default('owner'), settings: ClientSettings }),
    reply: z.object({ sdp: z.string() }),
  },
  /**
   * A client's answer. The reply has the host's candidates, now that the host knows who may connect. One with `sdp` has a further
   * offer too, for a client that refused the first one's codec.
   */
  answer: {
    request: ofPeer.extend({ sdp: z.string() }),
    reply: z.object({ candidates: z.array(Candidate).max(100), sdp: z.string().optional() }),
  },
  /**
   * An offer of a client (WHEP, protocol versions 0 and 1), whose reply is the answer, candidates included. `sdp` is plain text.
   * `dataChannels`: names besides `control`, in the order in which the client creates them. `keeps`: the session lives as long as
   * this client is there, whatever its role; an owner keeps it anyway.
   */
  offer: {
    request: ofPeer.extend({
      role: Role,
      keeps: z.boolean().default(false),
      sdp: z.string(),
      dataChannels: z.array(Name).max(5),
    }),
    reply: z.object({ sdp: z.string() }),
  },
  /** New ICE credentials for a client that changed its network (RFC 8445 section 9). */
  'ice-restart': { request: ofPeer, reply: z.object({ ufrag: z.string(), pwd: z.string(), candidates: z.array(Candidate) }) },
  /** Disconnects these clients: their share was revoked, or they said so over HTTP. Those that are not there are passed over. */
  disconnect: { request: ofSession.extend({ peers: z.array(PeerId).max(1000), reason: z.string().max(200) }), reply: Done },
  /** A new owner is about to come: the one that is there is disconnected, and the screen follows the new one. */
  join: { request: ofSession.extend({ screen: ScreenChange.optional() }), reply: Done },
  /** Ends the session and every process of its instance; answers when they are gone. */
  end: { request: ofSession.extend({ reason: z.string().max(200) }), reply: Done },
} as const;
export type HostCalls = typeof hostCalls;
export type HostCall = keyof HostCalls;
export type HostRequest<K extends HostCall> = z.output<HostCalls[K]['request']>;
export type HostReply<K extends HostCall> = z.output<HostCalls[K]['reply']>;

/**
 * What happened to a session. Delivered at least once: `seq` counts up from 1 within a session, and a room
 * passes over what it has seen.
 */
export const HostEvent = z.intersection(
  z.object({ session: SessionId, host: Name, incarnation: Incarnation, seq: z.int().min(1) }),
  z.discriminatedUnion('type', [
    /** The instance runs: clients can be served. */
    z.object({ type: z.literal('active') }),
    /** The instance failed; all its processes are gone. */
    z.object({ type: z.literal('failed'), error: WireError }),
    /** The session ended as it was meant to: it was asked to, a deadline passed, its client left. */
    z.object({ type: z.literal('ended'), reason: z.string().max(200) }),
    z.object({ type: z.literal('peer-joined'), peer: PeerId, role: Role.default('owner') }),
    z.object({ type: z.literal('peer-left'), peer: PeerId, reason: z.string().max(200) }),
  ]),
);
export type HostEvent = z.output<typeof HostEvent>;

/** What a host tells of itself every few seconds, in the bucket `hosts`. Feeds catalogue and status, never placement. */
export const HostView = z.object({
  host: Name,
  region: Name,
  incarnation: Incarnation,
  version: z.string().max(50),
  /** An entry a version. What a host that knows of no versions offers is the first, and published. */
  applications: z.array(z.object({ name: Name, version: AppVersion.default(1), published: z.boolean().default(true) })).max(1000),
  slots: z.int().min(0),
  used: z.int().min(0),
  draining: z.boolean(),
  /** Where its region is, if it was told. */
  location: Position.optional(),
  /** How many stages wait ready for sessions; absent where the host does not say. */
  warm: z.int().min(0).optional(),
});
export type HostView = z.output<typeof HostView>;

/** A host writes its view this often, and is lost when it has been silent for so long. Milliseconds. */
export const heartbeat = { everyMs: 3000, lostAfterMs: 10_000 } as const;
