import { abortAllDurableObjects } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { heartbeat } from '#shared/host.ts';
import { newIncarnation, newPeerId, newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { FakeHost } from './fake-host.ts';
import { newLink, order, recordRooms, unique, until } from './support.ts';

afterEach(async () => {
  vi.restoreAllMocks();
  // A link of an earlier test would go on telling rooms.
  await abortAllDurableObjects();
});

const place = () => ({ app: unique('app'), region: unique('region') });

test('[LK1] events reach their room once and in order', async () => {
  const rooms = recordRooms();
  const { name, api } = newLink();
  await using host = await FakeHost.start(place());
  expect(await api.healthy()).toBe(true);
  const sessions = [newSessionId(), newSessionId(), newSessionId()];
  for (let seq = 1; seq <= 10; seq++) for (const session of sessions) await host.tell(name, { session, seq });
  await until(() => rooms.events.length >= 30, 'all events');
  for (const session of sessions) {
    const seqs = rooms.events.filter((event) => event.session === session).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
});

test('[LK2] an event that its room refused comes again, and the later ones of the session wait for it', async () => {
  const rooms = recordRooms();
  const { name, api } = newLink();
  await using host = await FakeHost.start(place());
  await api.healthy();
  const seen: number[] = [];
  let refusals = 2;
  rooms.onHostEvent.mockImplementation(async ({ seq }) => {
    if (seq === 2 && refusals-- > 0) throw new Error('this room is not ready');
    seen.push(seq);
  });
  const session = newSessionId();
  for (let seq = 1; seq <= 4; seq++) await host.tell(name, { session, seq });
  await until(() => seen.length >= 4, 'all events');
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('[LK3] what is no event is passed over and holds nothing up', async () => {
  const rooms = recordRooms();
  const { name, api } = newLink();
  await using host = await FakeHost.start(place());
  await api.healthy();
  const session = newSessionId();
  await host.tell(name, { session, seq: 1 }, 'this is no JSON');
  await host.tell(name, { session, seq: 2 }, '{"type":"exploded"}');
  await host.tell(name, { session, seq: 3 });
  expect(await until(() => rooms.events[0], 'the event')).toMatchObject({ session, seq: 3 });
});

test('[LK4] a link that died is healed by its alarm and loses no event, nor their order', async () => {
  const rooms = recordRooms();
  const { name, api, ring } = newLink();
  await using host = await FakeHost.start(place());
  await api.healthy();
  const session = newSessionId();
  let stuck = true;
  rooms.onHostEvent.mockImplementation(async (event) => {
    // The link dies while the room is at work on the third event.
    if (event.seq === 3 && stuck) await new Promise(() => undefined);
    rooms.events.push(event);
  });
  for (let seq = 1; seq <= 5; seq++) await host.tell(name, { session, seq });
  await until(() => rooms.onHostEvent.mock.calls.length >= 3, 'the third event');
  await abortAllDurableObjects();
  stuck = false;
  for (let seq = 6; seq <= 10; seq++) await host.tell(name, { session, seq });
  expect(await ring()).toBe(true);
  await until(() => rooms.events.some(({ seq }) => seq === 10), 'all events');
  // Some may have come twice, but none before an older one: a room that passes over what it knows has seen all.
  const seen: number[] = [];
  for (const { seq } of rooms.events) if (seq > (seen.at(-1) ?? 0)) seen.push(seq);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('[LK5] a run of a host that another run replaced is lost: its rooms are told, and no others', async () => {
  const rooms = recordRooms();
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  const wish = order(where.app);
  unwrap(await api.place(wish, where.region, 'account'));
  await using _next = await FakeHost.start({ ...where, host: host.host, incarnation: newIncarnation() });
  await until(() => rooms.lost.length > 0, 'the room');
  expect(rooms.lost).toEqual([{ session: wish.session, host: host.host, incarnation: host.incarnation }]);
});

test('[LK27] a session that was ended on its host is watched no more', async () => {
  const rooms = recordRooms();
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  const [kept, ended] = [order(where.app), order(where.app)];
  for (const wish of [kept, ended]) unwrap(await api.place(wish, where.region, 'account'));
  unwrap(await api.call(host.host, 'end', { session: ended.session, reason: 'test' }));
  await using _next = await FakeHost.start({ ...where, host: host.host, incarnation: newIncarnation() });
  await until(() => rooms.lost.length > 0, 'the room');
  expect(rooms.lost).toEqual([{ session: kept.session, host: host.host, incarnation: host.incarnation }]);
});

test('[LK6] a silent host is lost, one that beats is not, and a session that was forgotten is told nothing', async () => {
  const rooms = recordRooms();
  const { api, again, ring } = newLink();
  const [silent, alive] = [place(), place()];
  await using mute = await FakeHost.start(silent);
  await using beating = await FakeHost.start(alive);
  const [wish, kept, forgotten] = [order(silent.app), order(alive.app), order(silent.app)];
  unwrap(await api.place(wish, silent.region, 'account'));
  unwrap(await api.place(forgotten, silent.region, 'account'));
  unwrap(await api.place(kept, alive.region, 'account'));
  await api.forget(forgotten.session);
  // The link is away in between: it still knows whom to watch.
  await abortAllDurableObjects();
  await ring();
  using _beats = beating.beating(heartbeat.everyMs / 3);
  const startedMs = Date.now();
  await until(() => rooms.lost.length > 0, 'the room', 25_000);
  expect(Date.now() - startedMs).toBeGreaterThan(heartbeat.lostAfterMs - 1500);
  const listed = (await again().hosts()).map(({ host }) => host);
  expect(rooms.lost).toEqual([{ session: wish.session, host: mute.host, incarnation: mute.incarnation }]);
  expect(listed).toContain(beating.host);
  expect(listed).not.toContain(mute.host);
});

test('[LK7] the hosts are shown as they last told of themselves', async () => {
  const { api } = newLink();
  const where = place();
  await using host = await FakeHost.start(where);
  await api.healthy();
  await host.beat({ used: 3 });
  const view = await until(
    async () => (await api.hosts()).find((each) => each.host === host.host && each.used === 3),
    'the view',
  );
  expect(view).toMatchObject({ region: where.region, incarnation: host.incarnation, applications: [{ name: where.app }] });
});

test('[LK8] calls reach the one host, and its reply and its errors come back', async () => {
  const { api } = newLink();
  await using host = await FakeHost.start(place());
  const request = { session: newSessionId(), peer: newPeerId(), sdp: 'answer' };
  const { session } = request;
  expect(await api.call(host.host, 'join', { session })).toEqual({ ok: true, data: {} });
  expect(await api.call('nowhere', 'answer', request)).toEqual({
    ok: false,
    error: { code: 'unavailable', message: 'The host of this session is not connected now.' },
  });
  expect(host.calls).toEqual([`join ${session}`]);
});

test('[LK11] the alarm is set again while the link was used of late, and not after', async () => {
  const { api, ring } = newLink();
  expect(await api.healthy()).toBe(true);
  expect(await ring()).toBe(true);
  expect(await ring()).toBe(true);
  const realNow = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + 11 * 60_000);
  expect(await ring()).toBe(true);
  expect(await ring()).toBe(false);
});
