import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { Line } from '#edge/line/line.ts';
import { lineName } from '#edge/line/name.ts';
import { linkNamed, linkOf } from '#edge/objects.ts';
import type { SessionPostData } from '#shared/gateway.ts';
import { setQuota } from '#tests/edge/account/support.ts';
import { env, order, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, openSocket, startHost } from '#tests/edge/support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A full host, and sessions that wait for a slot on it. */
async function world() {
  const account = await newAccount();
  const where = { app: unique('app'), region: unique('region') };
  const { token } = account;
  let slots = 0;
  const launch = async ({ session }: { session: string }) => {
    slots -= 1;
    if (slots === 0) await host.unsubscribe();
    return { instance: `instance-of-${session}` };
  };
  const host = await startHost({ ...where, handlers: { launch } });
  await host.unsubscribe();
  await host.beat({ used: 4 });
  const body = { ...where, idle_time_min: 5, wait_max_min: 10 };
  return {
    ...where,
    ...account,
    host,
    post: (change: object = {}) => ask('POST', '/1.0/sessions', { token, body: { ...body, ...change } }),
    async wait(change: object = {}) {
      const { httpStatus, metadata } = await this.post(change);
      expect(httpStatus).toBe(201);
      return metadata as SessionPostData;
    },
    shown: async (id: string) => (await ask('GET', `/1.0/sessions/${id}`, { token })).metadata,
    end: (id: string) => ask('DELETE', `/1.0/sessions/${id}`, { token }),
    /** A slot is free, and who looks for one finds it; its host has not said so yet, so that no line is woken. */
    async open() {
      slots = 1;
      await host.listen();
    },
    /** So many slots come free, and are taken. */
    async free(count: number) {
      slots = count;
      await host.subscribe();
      await until(() => slots === 0, 'as many launches');
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

const place = (n: number) => ({ type: 'line', place: n });
const settings = { type: 'settings', api_version: 2 };
const ring = (id: string) => runDurableObjectAlarm(env.ROOM.get(env.ROOM.idFromName(id)));

test('[LN4] who opts in waits: the session is created, its socket tells the place, and it goes on by itself when a slot is free', async () => {
  await using at = await world();
  const first = await at.wait();
  expect(first).toMatchObject({ region: at.region, status: 'created' });
  expect(await at.shown(first.id)).toMatchObject({
    ...{ status: 'created', status_message: 'It waits for a slot, as number 1 in the line.', cluster_id: '' },
  });
  const one = await openSocket(first.url);
  expect(await one.next()).toEqual(place(1));
  for (const said of [{ type: 'discover' }, settings]) one.send(said);
  const second = await at.wait();
  const two = await openSocket(second.url);
  expect(await two.next()).toEqual(place(2));
  await at.free(2);
  for (const socket of [one, two]) expect(await socket.next()).toEqual(place(0));
  expect(await one.next()).toMatchObject({ type: 'resp:discover' });
  expect(await one.next()).toEqual({ type: 'offer', sdp: btoa('offer') });
  expect(at.host.of('launch')).toEqual([first.id, second.id]);
  expect(at.host.of('settings')).toEqual([first.id]);
  expect(await at.shown(first.id)).toMatchObject({ cluster_id: at.host.host, status_message: '' });
});

test('[LN5] without it the answer is 404, and so it is for what no host offers', async () => {
  await using at = await world();
  expect(await at.post({ wait_max_min: undefined })).toMatchObject({ httpStatus: 404 });
  const nowhere = await at.post({ app: unique('nowhere') });
  expect(nowhere).toMatchObject({ httpStatus: 404, error: expect.stringContaining('No host offers the application') });
  expect((await at.post({ wait_max_min: 0 })).httpStatus).toBe(400);
  expect((await ask('GET', '/1.0/sessions', { token: at.token })).metadata).toEqual([]);
});

test('[LN14] two lines for the same host have their turns by turns: the longer does not keep the other waiting', async () => {
  await using at = await world();
  const [first, second, third] = [await at.wait(), await at.wait(), await at.wait()];
  const other = await at.wait({ region: '' });
  for (let slot = 0; slot < 4; slot += 1) await at.free(1);
  expect(at.host.of('launch')).toEqual([first.id, other.id, second.id, third.id]);
});

test('[LN10] who does not wait takes no slot that others wait for, and may have one when they all have theirs', async () => {
  await using at = await world();
  const [first, second] = [await at.wait(), await at.wait()];
  const rushed = () => at.post({ wait_max_min: undefined });
  await at.open();
  expect(await rushed()).toMatchObject({
    httpStatus: 404,
    error: expect.stringMatching(/^Others wait in line for the application/),
  });
  expect(at.host.calls).toEqual([]);
  await at.host.beat();
  await until(() => at.host.of('launch').length === 1, 'the first is launched');
  await at.open();
  expect((await rushed()).httpStatus).toBe(404);
  await at.end(second.id);
  await until(async () => (await rushed()).httpStatus === 201, 'nobody waits');
  expect(at.host.of('launch')[0]).toBe(first.id);
});

test('[LN11] all links hold the slots of a line, and those that were restarted do so again when the line has tried once more', async () => {
  await using at = await world();
  const { id } = await at.wait();
  const name = lineName({ app: at.app, appVersion: 0, region: at.region });
  const links = ['link-0', 'link-1', 'link-2'];
  const rushed = () => Promise.all(links.map((link) => linkNamed(env, link).place(order(at.app), at.region, 'account')));
  await abortAllDurableObjects();
  await runInDurableObject(env.LINE.get(env.LINE.idFromName(name)), (_one, state) =>
    new Line(state, { ...env, LINKS: String(links.length) }).alarm(),
  );
  await at.open();
  for (const answer of await rushed())
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(/^Others/) } });
  await at.host.beat();
  await until(() => at.host.of('launch').length === 1, 'the launch');
  expect(at.host.of('launch')).toEqual([id]);
});

test('[LN6] whoever leaves makes all behind move up, and costs nothing', async () => {
  await using at = await world();
  const [first, second, third] = [await at.wait(), await at.wait(), await at.wait()];
  const last = await openSocket(third.url);
  expect(await last.next()).toEqual(place(3));
  expect((await at.end(second.id)).httpStatus).toBe(200);
  expect(await last.next()).toEqual(place(2));
  // The client of the first closes its socket, and does not come back.
  const socket = await openSocket(first.url);
  await socket.next();
  socket.close();
  await socket.closed;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
  await until(() => ring(first.id), 'the alarm is set');
  await until(async () => (await at.shown(first.id)) === undefined, 'it has left');
  vi.useRealTimers();
  expect(await last.next()).toEqual(place(1));
  await at.free(1);
  expect(await last.next()).toEqual(place(0));
  expect(at.host.of('launch')).toEqual([third.id]);
  expect(at.host.of('end')).toEqual([]);
});

test('[LN7] who has waited as long as it wanted is told so, and is gone', async () => {
  await using at = await world();
  const { id, url } = await at.wait({ wait_max_min: 1 });
  const socket = await openSocket(url);
  await socket.next();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect(await ring(id)).toBe(true);
  expect(await socket.next()).toEqual({ type: 'error', code: 2, message: 'No slot came free within a minute.' });
  expect((await socket.closed).reason).toBe('no_host');
  expect(await at.shown(id)).toBeUndefined();
});

test('[LN8] who waits takes a place of the quota, and keeps the way in of a repeated request', async () => {
  await using at = await world();
  await setQuota(at.name, { sessions: 1 });
  const { id } = await at.wait();
  expect(await at.post()).toMatchObject({ httpStatus: 429 });
  await at.end(id);
  await at.wait();
});

test('[LN9] order and places outlive the restart of room, line and link', async () => {
  await using at = await world();
  const [first, second] = [await at.wait({ joinable: true }), await at.wait()];
  await abortAllDurableObjects();
  const joined = await ask('POST', `/1.0/sessions/${first.id}/join`, { token: at.token });
  const socket = await openSocket((joined.metadata as { url: string }).url);
  expect(await socket.next()).toEqual(place(1));
  await evictDurableObject(env.ROOM.get(env.ROOM.idFromName(first.id)));
  const name = lineName({ app: at.app, appVersion: 0, region: at.region });
  const line = env.LINE.get(env.LINE.idFromName(name));
  expect(await runDurableObjectAlarm(line)).toBe(true);
  // The link hears of slots again.
  expect(await runDurableObjectAlarm(env.LINK.get(env.LINK.idFromName(linkOf(name, 1))))).toBe(true);
  await at.free(1);
  expect(await socket.next()).toEqual(place(0));
  await at.free(1);
  expect(at.host.of('launch')).toEqual([first.id, second.id]);
});
