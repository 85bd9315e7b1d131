import type { AccountApi } from './account/api.ts';
import type { LinkApi } from './link/api.ts';
import type { RoomApi } from './room/api.ts';

type Branded<T> = T & Rpc.DurableObjectBranded;

/** The Worker's bindings (wrangler.toml) and secrets (.dev.vars, `wrangler secret`). */
export interface Env {
  readonly ACCOUNT: DurableObjectNamespace<Branded<AccountApi>>;
  readonly ROOM: DurableObjectNamespace<Branded<RoomApi>>;
  readonly LINK: DurableObjectNamespace<Branded<LinkApi>>;
  /** The player, the client library: built from edge/web. */
  readonly ASSETS: Fetcher;
  /** `ws://` or `wss://` address of NATS, and the edge's user there. */
  readonly NATS_URL: string;
  readonly NATS_USER: string;
  readonly NATS_PASSWORD: string;
  /** How many links there are; a session's link follows from its id. */
  readonly LINKS: string;
  /** Where coturn listens (comma-separated `host:port`, "" = no relay) and the secret that it shares with the edge. */
  readonly TURN_HOSTS: string;
  readonly TURN_SECRET: string;
  /** Who has it may create accounts. */
  readonly ADMIN_SECRET: string;
  /** Makes account tokens recognisable before any account is asked. */
  readonly TOKEN_SECRET: string;
  readonly LOG_LEVEL: string;
}
