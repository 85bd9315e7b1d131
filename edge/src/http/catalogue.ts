import { Hono } from 'hono';
import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { calling, linkNamed } from '#edge/objects.ts';
import { AppError } from '#shared/errors.ts';
import type { GatewayStatus, Named } from '#shared/gateway.ts';
import type { HostView } from '#shared/host.ts';
import { type HttpEnv, hasAccount, needAccount } from './auth.ts';
import { succeed } from './envelope.ts';

/** What there is: applications, regions, and how the gateway is. All from what the hosts last told of themselves. */
export const catalogue = new Hono<HttpEnv>({ strict: false });

catalogue.get('/applications', needAccount, async (c) => {
  const hosts = await hostsOf(c.env);
  return succeed(c, named(hosts.flatMap(({ applications }) => applications.map(({ name }) => name))));
});

catalogue.get('/regions', needAccount, async (c) => {
  const hosts = await hostsOf(c.env);
  return succeed(c, named(hosts.map(({ region }) => region)));
});

catalogue.get('/status', async (c) => {
  const isKnown = await hasAccount(c);
  if (!(await isHealthy(c.env))) throw new AppError('unavailable', { message: 'The gateway has no connection to its hosts.' });
  if (!isKnown) return succeed<GatewayStatus>(c, { status: 'healthy' });
  const hosts = await hostsOf(c.env);
  const sum = (count: (host: HostView) => number) => hosts.reduce((total, host) => total + count(host), 0);
  return succeed<GatewayStatus>(c, {
    status: 'healthy',
    hosts: hosts.length,
    slots: sum(({ slots }) => slots),
    used: sum(({ used }) => used),
  });
});

/** Each name once, in order. */
const named = (names: readonly string[]): Named[] => [...new Set(names)].toSorted().map((name) => ({ name }));

/** Every link sees every host: the first is asked. */
const hostsOf = (env: Env): Promise<HostView[]> =>
  calling(
    () => linkNamed(env, 'link-0'),
    (link) => link.hosts(),
  );

/** Whether one link at least stands. */
async function isHealthy(env: Env): Promise<boolean> {
  const links = Array.from({ length: configOf(env).links }, (_, n) => `link-${n}`);
  const standing = links.map(async (name) => {
    const isStanding = await calling(
      () => linkNamed(env, name),
      (link) => link.healthy(),
    );
    if (!isStanding) throw new AppError('unavailable');
  });
  return await Promise.any(standing).then(
    () => true,
    () => false,
  );
}
