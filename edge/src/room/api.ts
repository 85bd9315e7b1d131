import type { TurnEnd } from '#edge/line/turns.ts';
import type { JoinData, JoinPost, Session, SessionPost, SessionPostData } from '#shared/gateway.ts';
import type { HostEvent } from '#shared/host.ts';
import type { Outcome } from '#shared/outcome.ts';
import type { Position } from '#shared/position.ts';
import type { GuestRole, Share, SharePostData } from '#shared/shares.ts';
import type { Candidate } from '#shared/signal.ts';
import type { TraceCarrier } from '#shared/trace.ts';

/** How a session ends. `force`: at once, whatever its host says. `sync`: the answer waits for that; it does unless told otherwise. */
export interface EndOptions {
  readonly force?: boolean;
  readonly sync?: boolean;
}

/** A share that is to be. `limit`: how many live shares the session may have. */
export interface NewShare {
  readonly type: GuestRole;
  readonly description: string;
  readonly expiresAtMs: number;
  readonly limit: number;
}

/** Who offers by WHEP: the account whose session it is, or who has a share's token. */
export type Offerer = { account: string } | { token: string };

/** The answer to an offer by WHEP. `token`: for the address of what was made; `tag`: names its ICE session. */
export interface WhepAnswer {
  readonly peer: string;
  readonly token: string;
  readonly tag: string;
  readonly sdp: string;
  readonly stunServers: JoinData['stun_servers'];
}

/** A client that came by WHEP, to whoever has the token of its address. */
export interface WhepPeer {
  readonly peer: string;
  readonly token: string;
}

/** A client's ICE session: the server's name for it, and the client's own user fragment. */
export interface WhepIce {
  readonly tag: string;
  readonly ufrag: string;
}

/** The host's new ICE credentials (RFC 8839 section 5.4), and the new name of the ICE session. */
export interface WhepRestart {
  readonly tag: string;
  readonly ufrag: string;
  readonly pwd: string;
  readonly candidates: Candidate[];
}

/**
 * What the routes and the link ask of a session's room, by RPC. Nothing here throws: a failure is an outcome. `origin`: how the client
 * reached the gateway, for the addresses in the answer.
 */
export interface RoomApi {
  /**
   * Creates the session and has it placed; asked again it answers with the same session and another address. `defaultIdleMin`: what the
   * account has set for an idle time that is not named. `trace`: that of the request, to which all belongs that comes of it.
   * `near`: where its client is, where that is known.
   */
  create(
    id: string,
    account: string,
    post: SessionPost,
    origin: string,
    defaultIdleMin?: number | null,
    trace?: TraceCarrier,
    near?: Position,
  ): Promise<Outcome<SessionPostData>>;
  describe(account: string): Promise<Outcome<Session>>;
  join(account: string, post: JoinPost, origin: string): Promise<Outcome<JoinData>>;
  end(account: string, reason: string, options?: EndOptions): Promise<Outcome<Session>>;
  /** In the line: it is its turn to try for a slot. One that does not wait, or not any more, does not stay. */
  turn(): Promise<TurnEnd>;
  /** Tells a session its place in the line. @returns whether it waits there. */
  inLine(place: number): Promise<boolean>;
  /** Takes an event of the host; idempotent. Resolves when it is stored, so that the link may acknowledge it. */
  onHostEvent(event: HostEvent): Promise<void>;
  /** The host of this run is gone, and the session with it. */
  onHostLost(host: string, incarnation: string): Promise<void>;

  /** `forbidden` where there are as many shares as there may be. */
  share(account: string, share: NewShare, origin: string): Promise<Outcome<SharePostData>>;
  describeShare(account: string, id: string): Promise<Outcome<Share>>;
  changeShare(account: string, id: string, change: { description?: string; expiresAtMs?: number }): Promise<Outcome<Share>>;
  /** Ends the share, and disconnects who came by it. */
  revokeShare(account: string, id: string, options: { sync: boolean }): Promise<Outcome<Share>>;
  /** A socket's address for who has a share's token; `unauthorized` where it is not good. */
  ticketFor(token: string, role: GuestRole, origin: string): Promise<Outcome<JoinData>>;

  /** Takes an offer by WHEP; `ufrag` is the client's own. */
  whepOffer(by: Offerer, offer: { sdp: string; ufrag: string }): Promise<Outcome<WhepAnswer>>;
  /** `not_found` where there is no such client, or the token is not its own; so the others. */
  whepIce(whep: WhepPeer): Promise<Outcome<WhepIce>>;
  whepRestart(whep: WhepPeer, ufrag: string): Promise<Outcome<WhepRestart>>;
  whepEnd(whep: WhepPeer): Promise<Outcome<Record<string, never>>>;
}
