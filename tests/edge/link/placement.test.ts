import { expect, test } from 'vitest';
import { lineName } from '#edge/line/name.ts';
import { newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { draining, FakeHost, type FakeHostOptions } from './fake-host.ts';
import { newLink, order, ownNats, unique, until, withLink } from './support.ts';

const place = () => ({ app: unique('app'), region: unique('region') });

/** Hosts for one application in one region. */
async function fleet(where: { app: string; region: string }, ...each: Omit<FakeHostOptions, 'app' | 'region'>[]) {
  const hosts = await Promise.all(each.map((options) => FakeHost.start({ ...where, ...options })));
  return {
    hosts,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
    },
  };
}

test('[PL1] a session is launched on the host that offered, and the link says where', async () => {
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  const wish = order(where.app);
  const placement = unwrap(await api.place(wish, where.region, 'account'));
  const { host: name, incarnation } = host;
  expect(placement).toEqual({
    host: name,
    incarnation,
    region: where.region,
    instance: `instance-of-${wish.session}`,
    version: 1,
  });
  expect(host.of('launch')).toEqual([wish.session]);
});

test('[PL2] of two offers the less loaded host is taken and the other released', async () => {
  const { api } = newLink();
  const where = place();
  await using three = await fleet(where, { load: 0.9 }, { load: 0.5 }, { load: 0.1 });
  const [busy, middle, free] = three.hosts;
  for (let i = 0; i < 30; i++) unwrap(await api.place(order(where.app), where.region, 'account'));
  // The busiest is taken only where both asks went to it; the least busy whenever one did.
  const launches = [busy, middle, free].map((host) => host?.of('launch').length ?? 0);
  expect(launches.reduce((sum, n) => sum + n)).toBe(30);
  expect(launches[2]).toBeGreaterThan(launches[0] ?? 0);
  for (const host of three.hosts) {
    const launched = new Set(host.of('launch'));
    const passedOver = host.of('place').filter((session) => !launched.has(session));
    await until(() => host.of('release').length === passedOver.length, 'all released');
    expect(new Set(host.of('release'))).toEqual(new Set(passedOver));
  }
});

test('[PL3] a host that unsubscribed because it is full is asked nothing', async () => {
  const { api } = newLink();
  const where = place();
  await using three = await fleet(where, {}, {}, {});
  const [full, ...others] = three.hosts;
  await full?.unsubscribe();
  for (let i = 0; i < 12; i++) unwrap(await api.place(order(where.app), where.region, 'account'));
  expect(full?.calls).toEqual([]);
  expect(others.flatMap((host) => host.of('launch'))).toHaveLength(12);
});

test('[PL4] where all hosts are full the answer is no_host and says so', async () => {
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  await host.unsubscribe();
  expect(await api.place(order(where.app), where.region, 'account')).toEqual({
    ok: false,
    error: {
      code: 'no_host',
      message: `All hosts in the region "${where.region}" that offer the application "${where.app}" are full now. Try again soon.`,
    },
  });
});

test('[PL5] an application that no host offers is unknown_application, by its name', async () => {
  const { api } = newLink();
  const where = place();
  await using _host = await FakeHost.start(where);
  expect(await api.place(order('no.such.app'), '', 'account')).toEqual({
    ok: false,
    error: { code: 'unknown_application', message: 'No host offers the application "no.such.app".' },
  });
});

test('[PL6] a region in which no host is is unknown_region, by its name', async () => {
  const { api } = newLink();
  const where = place();
  await using _host = await FakeHost.start(where);
  expect(await api.place(order(where.app), 'atlantis', 'account')).toEqual({
    ok: false,
    error: { code: 'unknown_region', message: 'There is no region "atlantis".' },
  });
});

test('[PL7] without any host online the answer is no_host and says so', async () => {
  await using nats = await ownNats();
  const answer = await withLink(unique('link'), nats.wsUrl, (link) => link.place(order('xterm'), '', 'account'));
  expect(answer).toEqual({
    ok: false,
    error: { code: 'no_host', message: 'No host is online now to run the application "xterm".' },
  });
});

test('[PL8] without a region asked for, the next region is tried where the first has nobody', async () => {
  const { api } = newLink();
  const app = unique('app');
  await using full = await FakeHost.start({ app, region: unique('region'), slots: 100 });
  await full.unsubscribe();
  await using host = await FakeHost.start({ app, region: unique('region'), slots: 1 });
  expect(unwrap(await api.place(order(app), '', 'account')).host).toBe(host.host);
});

test('[PL22] slots that a line holds are for sessions in their turn, until nobody waits there', async () => {
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  const line = lineName({ ...where, appVersion: 0 });
  const placed = (inTurn?: boolean) =>
    api.place(order(where.app), where.region, 'account', undefined, inTurn === undefined ? undefined : { inTurn });
  const refused = { ok: false, error: { code: 'no_host', message: expect.stringMatching(/^Others wait in line for /) } };
  // From here on the host says nothing, so that the link wakes nobody.
  await until(async () => (await api.hosts()).some((view) => view.host === host.host), 'the host is seen');
  await api.watch(line, true);
  expect([await placed(), await placed(false)]).toEqual([refused, refused]);
  expect(host.calls).toEqual([]);
  unwrap(await placed(true));
  await api.watch(line, false);
  unwrap(await placed());
  await api.watch(line, true);
  await api.unwatch(line);
  unwrap(await placed());
  // Nobody stands there: the link finds out when it wakes the line.
  await api.watch(line, true);
  await host.beat();
  await until(async () => (await placed()).ok, 'the line is forgotten');
});

test('[PL9] a session that is placed already is not placed again', async () => {
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  const wish = order(where.app);
  const [first, second] = await Promise.all([api.place(wish, where.region, 'account'), api.place(wish, where.region, 'account')]);
  const third = await api.place(wish, where.region, 'account');
  expect(second).toEqual(first);
  expect(third).toEqual(first);
  expect(host.of('launch')).toEqual([wish.session]);
});

test('[PL10] a host that refuses the launch is passed over for another', async () => {
  const { api } = newLink();
  const where = place();
  await using two = await fleet(where, { load: 0, handlers: { launch: draining } }, { load: 0.9 });
  const [, other] = two.hosts;
  const placed = await Promise.all(Array.from({ length: 8 }, () => api.place(order(where.app), where.region, 'account')));
  for (const answer of placed) {
    if (answer.ok) expect(answer.data.host).toBe(other?.host);
    else expect(answer.error.code).toBe('host_draining');
  }
  // Only a session whose every ask went to the refusing host can fail.
  expect(placed.filter(({ ok }) => ok).length).toBeGreaterThan(0);
});

test('[PL11] a launch that fails for good is not tried elsewhere, and its reason is told', async () => {
  const { api } = newLink();
  const where = place();
  const { AppError } = await import('#shared/errors.ts');
  const launch = () => Promise.reject(new AppError('application_failed', { message: 'There is no such program.' }));
  await using host = await FakeHost.start({ ...where, handlers: { launch } });
  const session = newSessionId();
  expect(await api.place(order(where.app, session), where.region, 'account')).toEqual({
    ok: false,
    error: { code: 'application_failed', message: 'There is no such program.' },
  });
  expect(host.of('launch')).toEqual([session]);
});

test('[PL21] only hosts with the version are asked: the one that was asked for, else the latest that is published', async () => {
  const { api } = newLink();
  const where = place();
  await using fleetOf = await fleet(where, { version: 1 }, { version: 2 }, { version: 3, published: false });
  const [first, second, third] = fleetOf.hosts;
  const on = async (appVersion: number) => {
    const { host, version } = unwrap(await api.place({ ...order(where.app), appVersion }, where.region, 'account'));
    return [host, version];
  };
  expect(await on(0)).toEqual([second?.host, 2]);
  expect(await on(1)).toEqual([first?.host, 1]);
  expect(await on(3)).toEqual([third?.host, 3]);
  expect(await api.place({ ...order(where.app), appVersion: 7 }, where.region, 'account')).toMatchObject({
    ok: false,
    error: { code: 'unknown_version', message: expect.stringContaining('There are: 1, 2, 3.') },
  });
});
