import type { AccountApi } from './account/api.ts';
import type { LineApi } from './line/api.ts';
import type { LinkApi } from './link/api.ts';
import type { MetricsApi } from './metrics/api.ts';
import type { RegistryApi } from './registry/api.ts';
import type { RoomApi } from './room/api.ts';

type Branded<T> = T & Rpc.DurableObjectBranded;

/** The Worker's bindings (wrangler.toml) and secrets (.dev.vars, `wrangler secret`). */
export interface Env {
  readonly ACCOUNT: DurableObjectNamespace<Branded<AccountApi>>;
  readonly ROOM: DurableObjectNamespace<Branded<RoomApi>>;
  readonly LINK: DurableObjectNamespace<Branded<LinkApi>>;
  readonly LINE: DurableObjectNamespace<Branded<LineApi>>;
  readonly REGISTRY: DurableObjectNamespace<Branded<RegistryApi>>;
  readonly METRICS: DurableObjectNamespace<Branded<MetricsApi>>;
  /**
   * Limits by the client's address; where one is not bound, nothing is limited. `FAILED_TOKENS`: requests without a valid token;
   * `ADMIN_CALLS`: all that is asked with the admin secret, right or wrong; `UPGRADES`: sockets.
   */
  readonly FAILED_TOKENS?: RateLimit;
  readonly ADMIN_CALLS?: RateLimit;
  readonly UPGRADES?: RateLimit;
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
  /** Who has it may read the metrics. */
  readonly METRICS_TOKEN?: string;
  /** What an account may do unless it was given more or less: sessions at once, and creations a minute. */
  readonly QUOTA_SESSIONS?: string;
  readonly QUOTA_CREATIONS_PER_MINUTE?: string;
  /** For how long a host keeps the place of a client that it misses. */
  readonly PEER_GRACE_SECONDS?: string;
  /** "off" where something in front limits, or where a load is measured. */
  readonly RATE_LIMITS?: string;
  /** Where spans go (`http://collector:4318`, "" = nowhere), the headers that the collector wants, and the share of requests that are traced. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string;
  readonly OTEL_TRACES_SAMPLER_ARG?: string;
  readonly LOG_LEVEL: string;
}
