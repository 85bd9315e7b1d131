import type { WireError } from '#shared/errors.ts';
import type { Deadlines } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';

/** A client's connection: offered to, connected, or broken and maybe coming back. */
export interface PeerState {
  id: PeerId;
  connection: 'offered' | 'connected' | 'disconnected';
}

export type SessionState =
  | { phase: 'launching'; deadlines: Deadlines }
  | { phase: 'running'; deadlines: Deadlines; peer: PeerState | null; hadPeer: boolean }
  | { phase: 'over' };

/** The timers that a session may have running, one of a name at a time. */
export type DeadlineName = 'first-peer' | 'connect' | 'grace' | 'idle';

/** How long a client that got its offer may take to connect. Milliseconds. */
export const connectTimeoutMs = 30_000;

export type SessionEvent =
  | { type: 'launched' }
  | { type: 'failed'; error: WireError }
  | { type: 'application-ended' }
  | { type: 'offered'; peer: PeerId }
  | { type: 'connected'; peer: PeerId }
  | { type: 'disconnected'; peer: PeerId }
  | { type: 'left'; peer: PeerId; reason: string }
  | { type: 'join' }
  | { type: 'end'; reason: string }
  | { type: 'deadline'; name: DeadlineName };

/** What the room is told: a HostEvent without its envelope. */
export type Report =
  | { type: 'active' }
  | { type: 'failed'; error: WireError }
  | { type: 'ended'; reason: string }
  | { type: 'peer-joined'; peer: PeerId }
  | { type: 'peer-left'; peer: PeerId; reason: string };

export type SessionEffect =
  | { type: 'report'; report: Report }
  | { type: 'set-deadline'; name: DeadlineName; ms: number }
  | { type: 'clear-deadline'; name: DeadlineName }
  | { type: 'close-peer'; peer: PeerId }
  /** Closes everything that the session has. */
  | { type: 'tear-down' };
