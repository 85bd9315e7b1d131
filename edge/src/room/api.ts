import type { JoinData, JoinPost, Session, SessionPost, SessionPostData } from '#shared/gateway.ts';
import type { HostEvent } from '#shared/host.ts';
import type { Outcome } from '#shared/outcome.ts';

/** What the routes and the link ask of a session's room, by RPC. Nothing here throws: a failure is an outcome. */
export interface RoomApi {
  /** Creates the session and has it placed. `origin`: how the client reached the gateway, for the socket's address. */
  create(id: string, account: string, post: SessionPost, origin: string): Promise<Outcome<SessionPostData>>;
  describe(account: string): Promise<Outcome<Session>>;
  join(account: string, post: JoinPost, origin: string): Promise<Outcome<JoinData>>;
  end(account: string, reason: string): Promise<Outcome<Session>>;
  /** Takes an event of the host; idempotent. Resolves when it is stored, so that the link may acknowledge it. */
  onHostEvent(event: HostEvent): Promise<void>;
  /** The host of this run is gone, and the session with it. */
  onHostLost(host: string, incarnation: string): Promise<void>;
}
