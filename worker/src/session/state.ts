import type { WireError } from '#shared/errors.ts';
import type { Deadlines, Role } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';

/** A client's connection: offered to, connected, or broken and maybe coming back. */
export interface PeerState {
  id: PeerId;
  connection: 'offered' | 'connected' | 'disconnected';
}

/** A client beside the owner. */
export interface GuestState extends PeerState {
  role: Exclude<Role, 'owner'>;
  /** Whether the session's life depends on it too, as on the owner. */
  keeps: boolean;
}

export interface RunningState {
  phase: 'running';
  deadlines: Deadlines;
  /** The client that the session's life depends on. */
  owner: PeerState | null;
  guests: readonly GuestState[];
  /** Whose input reaches the application. */
  controller: PeerId | null;
  /** Whether anybody on whom its life depends was ever connected. */
  wasKept: boolean;
  /** Whether anybody ever saw the application. */
  seen: boolean;
}

export type SessionState = { phase: 'launching'; deadlines: Deadlines } | RunningState | { phase: 'over' };

/** The timers that a session may have running: one of each of the session's, and one of each of a client's. */
export type Deadline = { name: 'first-peer' | 'idle' } | { name: 'connect' | 'grace'; peer: PeerId };

/** How long a client that got its offer may take to connect. Milliseconds. */
export const connectTimeoutMs = 30_000;

/** What clients say of control. */
export type ControlEvent =
  | { type: 'control-requested'; peer: PeerId }
  | { type: 'control-given'; by: PeerId; to: PeerId }
  | { type: 'control-taken'; by: PeerId };

export type SessionEvent =
  | { type: 'launched' }
  | { type: 'failed'; error: WireError }
  | { type: 'application-ended' }
  /** A client is served: it has its offer, or its answer. */
  | { type: 'offered'; peer: PeerId; role: Role; keeps?: boolean }
  | { type: 'connected'; peer: PeerId }
  | { type: 'disconnected'; peer: PeerId }
  | { type: 'left'; peer: PeerId; reason: string }
  | { type: 'join' }
  | { type: 'end'; reason: string }
  | { type: 'deadline'; deadline: Deadline }
  | ControlEvent;

/** What the room is told: a HostEvent without its envelope. */
export type Report =
  | { type: 'active' }
  | { type: 'failed'; error: WireError }
  | { type: 'ended'; reason: string }
  | { type: 'peer-joined'; peer: PeerId; role: Role }
  | { type: 'peer-left'; peer: PeerId; reason: string };

export type SessionEffect =
  | { type: 'report'; report: Report }
  | { type: 'set-deadline'; deadline: Deadline; ms: number }
  | { type: 'clear-deadline'; deadline: Deadline }
  | { type: 'close-peer'; peer: PeerId }
  /** What the one who was in control holds down would stay down for ever. */
  | { type: 'release-input' }
  /** Tells all clients that want to hear of it who is there and who is in control. */
  | { type: 'tell-control' }
  /** Tells these clients that another asks for control. */
  | { type: 'tell-request'; peer: PeerId; to: readonly PeerId[] }
  /** Closes everything that the session has. */
  | { type: 'tear-down' };
