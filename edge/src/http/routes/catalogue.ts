import { Hono } from 'hono';
import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { type HttpEnv, hasAccount, needAccount } from '#edge/http/access/auth.ts';
import { succeed } from '#edge/http/envelope.ts';
import { versionsOf } from '#edge/link/choices.ts';
import { calling, linkNamed, linkNames } from '#edge/objects.ts';
import { AppError } from '#shared/errors.ts';
import type { GatewayStatus, Named, OfferedApplication } from '#shared/gateway.ts';
import type { HostView } from '#shared/host.ts';

/** What there is: applications, regions, and how the gateway is. All from what the hosts last told of themselves. */
export const catalogue = new Hono<HttpEnv>({ strict: false });

catalogue.get('/applications', needAccount, async (c) => {
  const hosts = await hostsOf(c.env);
  return succeed(c, offered(hosts));
});

catalogue.get('/regions', needAccount, async (c) => {
  const hosts = await hostsOf(c.env);
  return succeed(c, named(hosts.map(({ region }) => region)));
});

catalogue.get('/status', async (c) => {
  const isKnown = await hasAccount(c);
  const status = await healthOf(c.env);
  if (status === 'away') throw new AppError('unavailable', { message: 'The gateway has no connection to its hosts.' });
  if (!isKnown) return succeed<GatewayStatus>(c, { status });
  const hosts = await hostsOf(c.env);
  const sum = (count: (host: HostView) => number) => hosts.reduce((total, host) => total + count(host), 0);
  return succeed<GatewayStatus>(c, {
    status,
    hosts: hosts.length,
    slots: sum(({ slots }) => slots),
    used: sum(({ used }) => used),
    warm: sum(({ warm = 0 }) => warm),
  });
});

/** Each application once, in order, with its versions. */
function offered(hosts: readonly HostView[]): OfferedApplication[] {
  const byName = Map.groupBy(versionsOf(hosts), ({ name }) => name);
  return [...byName].map(([name, each]) => ({
    name,
    versions: each.map(({ version, published }) => ({ version, published })),
  }));
}

/** Each name once, in order. */
const named = (names: readonly string[]): Named[] => [...new Set(names)].toSorted().map((name) => ({ name }));

/** Every link sees every host: the first is asked. */
const hostsOf = (env: Env): Promise<HostView[]> =>
  calling(
    () => linkNamed(env, 'link-0'),
    (link) => link.hosts(),
  );

/** Whether all links stand, some, or none. */
async function healthOf(env: Env): Promise<'healthy' | 'unhealthy' | 'away'> {
  const standing = linkNames(configOf(env).links).map((name) =>
    calling(
      () => linkNamed(env, name),
      (link) => link.healthy(),
    ).catch(() => false),
  );
  const known = await Promise.all(standing);
  if (known.every(Boolean)) return 'healthy';
  return known.some(Boolean) ? 'unhealthy' : 'away';
}
