import type { AccountPatch, AccountView } from '#shared/account.ts';
import type { Session } from '#shared/gateway.ts';
import type { ConfigPatch, GatewayConfig } from '#shared/gateway-config.ts';
import type { Outcome } from '#shared/outcome.ts';
import type { Share } from '#shared/shares.ts';
import type { IdempotencyKey } from './keys.ts';
import type { Asked, SessionCount } from './session-index.ts';

/** A token as it is given to its account, this once: only its hash is kept. `expiryAt`: seconds since 1970. */
export interface NewToken {
  token: string;
  expiryAt: number;
}

/** A session that may be created; of a retry, that of the request before. */
export interface Admission {
  session: string;
  /** What the account has set of the gateway: so that nobody has to ask for it. */
  config: GatewayConfig;
}

/** Where a session runs, as its link tells. */
export interface Placed {
  readonly session: string;
  readonly host: string;
  readonly region: string;
  readonly instance: string;
  /** Of the application; undefined where that is not known. */
  readonly version?: number | undefined;
}

/** What the routes and the rooms ask of an account, by RPC. */
export interface AccountApi {
  /** Makes the account; `conflict` where there is one. */
  create(name: string, expiryDays: number): Promise<Outcome<NewToken>>;
  /** Whether the token is this account's and has not expired: `unauthorized` if not, `forbidden` where the account is disabled. */
  check(token: string): Promise<Outcome<Record<string, never>>>;
  /**
   * Checks the token, and whether one more session may be created, which is then in the index. May be asked twice for the same session.
   *
   * @param asked `id` is that of the new session; a retry of an earlier request gets the id of the earlier one instead.
   * @returns `rate_limited` where a quota is used up; `key_reused` where the key came with another request; `session_ended` where
   * the session of the key is over; what {@link check} says of the token.
   */
  admit(token: string, asked: Asked, key: IdempotencyKey | undefined): Promise<Outcome<Admission>>;
  /** For whoever administers; all four are `not_found` where there is no account, and change nothing of one that is deleted. */
  describe(): Promise<Outcome<AccountView>>;
  patch(change: AccountPatch): Promise<Outcome<AccountView>>;
  /** Another token; the one before is no good from now on. */
  rotate(expiryDays: number): Promise<Outcome<NewToken>>;
  /** Refuses the account's token from now on, ends its sessions, then forgets it. Answers how it stands at once. */
  destroy(): Promise<Outcome<AccountView>>;
  /** Takes down where sessions run that it has admitted. Of those that their rooms have told of since, nothing changes. */
  placed(all: readonly Placed[]): Promise<void>;
  /** Writes how a session of this account stands into its index. */
  put(session: Session): Promise<void>;
  /** Takes a session out of the index. */
  remove(id: string): Promise<void>;
  list(): Promise<Session[]>;
  /** How many sessions there are of each status; a status that none has is left out. */
  countSessions(): Promise<SessionCount[]>;
  /** Writes all shares of a session into the index. */
  putShares(session: string, shares: Share[]): Promise<void>;
  listShares(): Promise<Share[]>;
  /** What the account has set of the gateway. */
  config(): Promise<GatewayConfig>;
  setConfig(change: ConfigPatch): Promise<GatewayConfig>;
}
