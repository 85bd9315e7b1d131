import type { Placement } from '#edge/link/api.ts';
import type { WireError } from '#shared/errors.ts';
import type { JoinPost } from '#shared/gateway.ts';
import type { HostEvent, LaunchOrder } from '#shared/host.ts';
import type { PeerId, SessionId } from '#shared/ids.ts';
import type { Outcome } from '#shared/outcome.ts';
import type { Position } from '#shared/position.ts';
import type { ScreenChange } from '#shared/screen.ts';
import type { GuestRole, ShareId } from '#shared/shares.ts';
import type { Candidate, ClientSettings, ClientSignal, ServerSignal } from '#shared/signal.ts';
import type { RoomShare, Whep } from './sharing-state.ts';
import type { Ticket, Visitor, Wish } from './state.ts';

type NewTicket = Pick<Ticket, 'hash' | 'expiresAtMs'>;

/** A token for further sockets of a client, and what is kept of it. */
export interface Resume {
  readonly token: string;
  readonly ticket: NewTicket;
}

/** Who is at the other end of a socket. */
export type Client = Visitor;

/** What happens to a room. */
export type RoomEvent =
  | { type: 'create'; wish: Wish; ticket: NewTicket }
  /** The creation came again: another ticket for the owner, who stays. */
  | { type: 'reopen'; account: string; ticket: NewTicket }
  | { type: 'placed'; session: SessionId; place: Placement }
  | { type: 'place-failed'; error: WireError }
  /** In the line: it is its turn to try for a slot; its place there is this now. */
  | { type: 'turn' }
  | { type: 'in-line'; place: number }
  | { type: 'host-event'; event: HostEvent }
  | { type: 'host-lost'; host: string; incarnation: string }
  /** A join is asked for; `joined` when the host has made room. */
  | { type: 'join'; account: string; screen: JoinPost['screen'] }
  | { type: 'joined'; ticket: NewTicket; screen: JoinPost['screen'] }
  /** `force`: it is over at once, whatever its host says. */
  | { type: 'end'; account: string; reason: string; force: boolean }
  /** The host's answer to being asked to end it. */
  | { type: 'end-replied'; outcome: Outcome<unknown> }
  /** `limit`: how many live shares there may be. */
  | { type: 'share'; account: string; share: RoomShare; limit: number }
  | { type: 'change-share'; account: string; id: ShareId; change: Partial<Pick<RoomShare, 'description' | 'expiresAtMs'>> }
  | { type: 'revoke-share'; account: string; id: ShareId }
  /** Who has a share's token asks for a ticket. */
  | { type: 'connect'; tokenHash: string; role: GuestRole; ticket: NewTicket }
  /** Who has a share's token, or the account's, offers by WHEP. */
  | { type: 'offer'; peer: PeerId; by: { account: string } | { tokenHash: string }; whep: Whep }
  | { type: 'restarted'; peer: PeerId; tag: string; ufrag: string }
  /** A guest is gone. `reason`: what the host is told, or null where it knows. */
  | { type: 'dismiss'; peer: PeerId; reason: string | null }
  /** The host's answer to being asked to disconnect guests. */
  | { type: 'disconnected'; peers: PeerId[]; outcome: Outcome<unknown> }
  /** A socket is asked for: the peer at its other end is to be `peer`. */
  | { type: 'open'; tokenHash: string; peer: PeerId }
  /** `resume`: for the further sockets of a client that wants that. */
  | { type: 'signal'; from: Client; signal: ClientSignal; resume?: Resume }
  /** The owner's last socket has closed. */
  | { type: 'owner-away' }
  /** The host's answer to a signal of that type. */
  | { type: 'signal-replied'; from: Client; to: 'settings' | 'answer' | 'offer' | 'ice-restart'; outcome: Outcome<SignalReply> }
  /** The account's index says what the state of this status says, and has the shares of this revision. */
  | { type: 'indexed'; status: string; revision: number }
  /** The alarm rang. */
  | { type: 'deadline' };

export type SignalReply = { sdp?: string | undefined; candidates?: Candidate[]; ice?: { ufrag: string; pwd: string } };

/** What is done to sockets. */
export type SocketEffect =
  | { type: 'send'; peer: PeerId; signal: ServerSignal }
  | { type: 'send-owners'; signal: ServerSignal }
  /** Tells a socket why, then closes it. */
  | { type: 'close'; peer: PeerId; error: WireError }
  | { type: 'close-all'; error: WireError }
  /** The sockets of owners, or of those who came by a share. */
  | { type: 'close-owners'; error: WireError }
  | { type: 'close-share'; share: ShareId; error: WireError }
  /** Takes the socket that was asked for with the id `as`. */
  | { type: 'admit'; client: Client; as: PeerId };

/** What a host is to do. */
export type HostEffect = { host: string; session: SessionId } & (
  | { type: 'settings'; from: Client; settings: ClientSettings }
  | { type: 'answer'; from: Client; sdp: string }
  | { type: 'offer'; from: Client; sdp: string; dataChannels: string[] }
  | { type: 'ice-restart'; from: Client }
  | { type: 'disconnect'; peers: PeerId[]; reason: string }
  | { type: 'make-room'; screen: ScreenChange | undefined }
  /** `isAwaited`: whoever deletes the session waits for it. */
  | { type: 'end-on-host'; reason: string; isAwaited: boolean }
);

/** What is to be done, in this order. */
export type Effect =
  | SocketEffect
  | HostEffect
  /** Tells whoever caused the event that it was refused; a socket that asks to be opened is refused so too. */
  | { type: 'refuse'; error: WireError }
  | {
      type: 'place';
      order: Omit<LaunchOrder, 'link'>;
      region: string;
      near?: Position | undefined;
      inTurn: boolean;
      link: string;
      account: string;
    }
  | { type: 'enter-line' | 'leave-line'; line: string; session: SessionId }
  | { type: 'forget'; link: string; session: SessionId }
  /** Brings the account's index up to what the state is by then. */
  | { type: 'index' }
  /** Does these one after the other, and nobody waits for it. */
  | { type: 'soon'; effects: Effect[] }
  /** Deletes what is stored. */
  | { type: 'delete' };

export type Step<State> = { state: State; effects: Effect[] };
