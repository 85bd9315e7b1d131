import { afterEach, expect, test, vi } from 'vitest';
import { unwrap } from '#shared/outcome.ts';
import { FakeHost } from './fake-host.ts';
import { order, ownNats, recordRooms, unique, until, withLink } from './support.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const place = () => ({ app: unique('app'), region: unique('region') });

test('[LK9] while NATS is away a request is told so within two seconds, and all works again when it is back', async () => {
  const rooms = recordRooms();
  await using nats = await ownNats();
  const name = unique('link');
  await withLink(name, nats.wsUrl, async (link) => {
    const where = place();
    await using host = await FakeHost.start({ ...where, url: nats.wsUrl });
    const first = order(where.app);
    unwrap(await link.place(first, where.region, 'account'));
    await host.tell(name, { session: first.session, seq: 1 });
    await until(() => rooms.events.length === 1, 'the first event');

    await nats.crash();
    await until(async () => !(await link.healthy()), 'unhealthy');
    const startedMs = Date.now();
    const answer = await link.place(order(where.app), where.region, 'account');
    expect(answer).toEqual({
      ok: false,
      error: { code: 'unavailable', message: 'The hosts cannot be reached now: the message bus is away. Try again soon.' },
    });
    expect(await link.call(host.host, 'end', { session: first.session, reason: 'test' })).toMatchObject({
      error: { code: 'unavailable' },
    });
    expect(Date.now() - startedMs).toBeLessThan(2 * 2000);
    expect((await link.hosts()).map((view) => view.host)).toEqual([host.host]);

    await nats.start();
    await until(() => link.healthy(), 'healthy again');
    await until(
      () =>
        host.beat().then(
          () => true,
          () => false,
        ),
      'the host again',
    );
    unwrap(await until(async () => link.place(order(where.app), where.region, 'account'), 'a place'));
    await host.tell(name, { session: first.session, seq: 2 });
    // The crash may have cost the server the first one's acknowledgement: then that one comes again before.
    await until(() => rooms.events.some(({ seq }) => seq === 2), 'the second event');
    expect(rooms.lost).toEqual([]);
  });
});

test('[LK10] a link that never reached NATS says so, and is there as soon as NATS is', async () => {
  await using nats = await ownNats();
  await nats.crash();
  await withLink(unique('link'), nats.wsUrl, async (link) => {
    expect(await link.healthy()).toBe(false);
    expect(await link.hosts()).toEqual([]);
    await nats.start();
    await until(() => link.healthy(), 'healthy');
  });
});
