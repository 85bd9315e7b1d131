import { z } from 'zod';
import { type Quota, QuotaCount } from '#shared/account.ts';
import { AppError } from '#shared/errors.ts';
import { plainWords } from '#shared/plain-words.ts';
import type { Env } from './env.ts';
import { headersIn, type TracingConfig } from './trace/config.ts';

const secret = z.string().min(1);
const count = z
  .string()
  .regex(/^\d{1,7}$/, 'must be a whole number')
  .transform(Number)
  .pipe(QuotaCount);

const Settings = z
  .object({
    LINKS: z.coerce.number().int().min(1).max(1000).default(1),
    TURN_HOSTS: z
      .string()
      .default('')
      .transform((hosts) =>
        hosts
          .split(',')
          .map((host) => host.trim())
          .filter((host) => host !== ''),
      ),
    TURN_SECRET: z.string().default(''),
    ADMIN_SECRET: secret,
    TOKEN_SECRET: secret,
    METRICS_TOKEN: z.string().optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
    OTEL_EXPORTER_OTLP_HEADERS: z.string().default('').transform(headersIn),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
    PEER_GRACE_SECONDS: z.coerce.number().int().min(0).max(3600).default(10),
    QUOTA_SESSIONS: count.default(100),
    QUOTA_CREATIONS_PER_MINUTE: count.default(60),
    RATE_LIMITS: z.enum(['on', 'off']).default('on'),
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine(({ TURN_HOSTS, TURN_SECRET }) => TURN_HOSTS.length === 0 || TURN_SECRET !== '', {
    path: ['TURN_SECRET'],
    message: 'is needed where TURN_HOSTS is set',
  });

/** What the Worker and its Durable Objects are told from outside. */
export interface Config {
  /** How many links there are. */
  readonly links: number;
  /** coturn's `host:port`s and the secret that it shares with the edge; no hosts = no relay. */
  readonly turn: { readonly hosts: readonly string[]; readonly secret: string };
  readonly adminSecret: string;
  readonly tokenSecret: string;
  /** Reads the metrics, as the admin secret does. Undefined: there is none. */
  readonly metricsToken: string | undefined;
  /** For how long a host keeps the place of a client that it misses. */
  readonly peerGraceMs: number;
  /** What an account may do unless it was given a quota of its own. */
  readonly quota: Readonly<Quota>;
  /** Whether requests are limited by the client's address. */
  readonly rateLimits: boolean;
  /** Undefined: no spans are made. */
  readonly tracing: TracingConfig | undefined;
  readonly logLevel: z.output<typeof Settings>['LOG_LEVEL'];
}

const parsed = new WeakMap<Env, Config>();

/**
 * The settings of the environment, read once.
 *
 * @throws AppError `unavailable` that names each setting that is missing or wrong, never its value.
 */
export function configOf(env: Env): Config {
  const known = parsed.get(env);
  if (known !== undefined) return known;
  const result = Settings.safeParse(env);
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${plainWords(message)}`).join('; ');
    throw new AppError('unavailable', { message: `The gateway's settings are not valid: ${wrong}.` });
  }
  const { LINKS, TURN_HOSTS, TURN_SECRET, ADMIN_SECRET, TOKEN_SECRET, METRICS_TOKEN, LOG_LEVEL } = result.data;
  const { QUOTA_SESSIONS, QUOTA_CREATIONS_PER_MINUTE, RATE_LIMITS } = result.data;
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers,
    OTEL_TRACES_SAMPLER_ARG: ratio,
  } = result.data;
  const config: Config = Object.freeze({
    links: LINKS,
    turn: Object.freeze({ hosts: Object.freeze(TURN_HOSTS), secret: TURN_SECRET }),
    adminSecret: ADMIN_SECRET,
    tokenSecret: TOKEN_SECRET,
    metricsToken: METRICS_TOKEN === '' ? undefined : METRICS_TOKEN,
    peerGraceMs: result.data.PEER_GRACE_SECONDS * 1000,
    quota: Object.freeze({ sessions: QUOTA_SESSIONS, creations_per_minute: QUOTA_CREATIONS_PER_MINUTE }),
    rateLimits: RATE_LIMITS === 'on',
    tracing: endpoint === '' ? undefined : Object.freeze({ endpoint, headers: Object.freeze(headers), ratio }),
    logLevel: LOG_LEVEL,
  });
  parsed.set(env, config);
  return config;
}
