import type { Session } from '#shared/gateway.ts';
import type { Outcome } from '#shared/outcome.ts';

/** What the routes and the rooms ask of an account, by RPC. */
export interface AccountApi {
  /** Makes the account; `conflict` where there is one. The token is shown this once: only its hash is kept. */
  create(name: string, expiryDays: number): Promise<Outcome<{ token: string; expiryAt: number }>>;
  /** Whether the token is this account's and has not expired: `unauthorized` if not. */
  check(token: string): Promise<Outcome<Record<string, never>>>;
  /** Writes how a session of this account stands into its index. */
  put(session: Session): Promise<void>;
  /** Takes a session out of the index. */
  remove(id: string): Promise<void>;
  list(): Promise<Session[]>;
}
