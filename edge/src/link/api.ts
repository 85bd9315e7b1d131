import type { HostCall, HostReply, HostRequest, HostView, LaunchOrder, PlaceOffer } from '#shared/host.ts';
import type { Outcome } from '#shared/outcome.ts';
import type { Position } from '#shared/position.ts';
import type { TraceCarrier } from '#shared/trace.ts';

/** Where a session runs. */
export type Placement = Pick<PlaceOffer, 'host' | 'incarnation' | 'region'> & {
  instance: string;
  /** Of the application; undefined where no host told of one. */
  version?: number | undefined;
  capabilities?: readonly string[] | undefined;
};

/** The calls to the one host of a session: what is left when the link has placed and launched it. */
export type SessionCall = Exclude<HostCall, 'place' | 'release' | 'launch'>;

/** How a session is placed. `inTurn`: it has waited in a line, and this is its turn. */
export interface PlaceHow {
  readonly near?: Position | undefined;
  readonly inTurn: boolean;
}

/** What a room asks of its link, by RPC. Nothing here throws: a failure is an outcome. */
export interface LinkApi {
  /**
   * Places a session and launches it: 404 `unknown_region`, `unknown_application`, `unknown_version` or `no_host` where nobody can take it.
   * `region` "" lets the link choose: the nearest to `near`, where the client is. What is held for those who wait in line is for
   * sessions in their turn alone. Idempotent by session. The link tells the account whose session it is, a moment later. `trace`:
   * what it belongs to.
   */
  place(
    order: Omit<LaunchOrder, 'link'>,
    region: string,
    account: string,
    trace?: TraceCarrier,
    how?: PlaceHow,
  ): Promise<Outcome<Placement>>;
  /** Calls the host of a session. */
  call<K extends SessionCall>(
    host: string,
    call: K,
    request: HostRequest<K>,
    trace?: TraceCarrier,
  ): Promise<Outcome<HostReply<K>>>;
  /** The session is over: the link need not watch its host for it any more. */
  forget(session: string): Promise<void>;
  /**
   * From now on, for half a minute, that line is woken when a host has a slot for what it waits for; where it `holds`, such a slot is
   * given to nobody else.
   */
  watch(line: string, holds: boolean): Promise<void>;
  /** Nobody waits in that line any more. */
  unwatch(line: string): Promise<void>;
  /** The hosts as they last told of themselves. */
  hosts(): Promise<HostView[]>;
  /** The same, and how many fell silent within the last hour and were not heard of again. */
  fleet(): Promise<{ hosts: HostView[]; unresponsive: number }>;
  /** Whether the connection to NATS stands. */
  healthy(): Promise<boolean>;
}
