import type { Placement } from '#edge/link/api.ts';
import type { WireError } from '#shared/errors.ts';
import type { JoinPost } from '#shared/gateway.ts';
import type { HostEvent, LaunchOrder } from '#shared/host.ts';
import type { PeerId, SessionId } from '#shared/ids.ts';
import type { Outcome } from '#shared/outcome.ts';
import type { ScreenChange } from '#shared/screen.ts';
import type { Candidate, ClientSettings, ClientSignal, ServerSignal } from '#shared/signal.ts';
import type { Ticket, Wish } from './state.ts';

type NewTicket = Pick<Ticket, 'hash' | 'expiresAtMs'>;

/** What happens to a room. */
export type RoomEvent =
  | { type: 'create'; wish: Wish; ticket: NewTicket }
  | { type: 'placed'; session: SessionId; place: Placement }
  | { type: 'place-failed'; error: WireError }
  | { type: 'host-event'; event: HostEvent }
  | { type: 'host-lost'; host: string; incarnation: string }
  /** A join is asked for; `joined` when the host has made room. */
  | { type: 'join'; account: string; screen: JoinPost['screen'] }
  | { type: 'joined'; ticket: NewTicket; screen: JoinPost['screen'] }
  | { type: 'end'; account: string; reason: string }
  /** The host's answer to being asked to end it. */
  | { type: 'end-replied'; outcome: Outcome<unknown> }
  /** A socket is asked for; it is taken unless that is refused. */
  | { type: 'open'; tokenHash: string }
  | { type: 'signal'; peer: PeerId; signal: ClientSignal }
  /** The host's answer to a signal. */
  | { type: 'signal-replied'; peer: PeerId; outcome: Outcome<{ sdp?: string | undefined; candidates?: Candidate[] }> }
  /** The account's index says what the state of this status says. */
  | { type: 'indexed'; status: string }
  /** The alarm rang. */
  | { type: 'deadline' };

/** What is to be done, in this order. */
export type Effect =
  /** Tells whoever caused the event that it was refused; a socket that asks to be opened is refused so too. */
  | { type: 'refuse'; error: WireError }
  | { type: 'send'; peer: PeerId; signal: ServerSignal }
  /** Tells a socket why, then closes it. */
  | { type: 'close'; peer: PeerId; error: WireError }
  | { type: 'close-all'; error: WireError }
  | { type: 'place'; order: Omit<LaunchOrder, 'link'>; region: string; link: string }
  | { type: 'settings'; host: string; session: SessionId; peer: PeerId; settings: ClientSettings }
  | { type: 'answer'; host: string; session: SessionId; peer: PeerId; sdp: string }
  | { type: 'make-room'; host: string; session: SessionId; screen: ScreenChange | undefined }
  | { type: 'end-on-host'; host: string; session: SessionId; reason: string }
  | { type: 'forget'; link: string; session: SessionId }
  /** Brings the account's index up to what the state is by then. */
  | { type: 'index' }
  /** Deletes what is stored. */
  | { type: 'delete' };

export type Step<State> = { state: State; effects: Effect[] };
