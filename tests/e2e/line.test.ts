import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { play, sessionId, stateOf, timecodeOf } from './client.ts';
import { applicationPids } from './processes.ts';
import { Signalling } from './signalling.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ host: { slots: 1 }, edge: { LINKS: '3', QUOTA_CREATIONS_PER_MINUTE: '10000' } });
});
afterAll(() => world?.close());
afterEach(() => world.endSessions());

const within = { timeout: 20_000, interval: 100 };
const screen = { width: 640, height: 360, fps: 15 };

/** A session of its own, by the API alone. */
async function create(post: object = {}): Promise<{ id: string; url: string }> {
  const { status, body } = await world.api('POST', '/1.0/sessions', { app: 'timecode-1', screen, idle_time_min: 5, ...post });
  expect(status, body.error).toBe(201);
  return { id: body.metadata?.id ?? '', url: body.metadata?.url ?? '' };
}

const shown = async (id: string) => (await world.api('GET', `/1.0/sessions/${id}`)).body.metadata;
const runs = (id: string) => vi.waitFor(async () => expect(await shown(id)).toMatchObject({ status: 'active' }), within);
const end = async (id: string) => expect((await world.api('DELETE', `/1.0/sessions/${id}`)).status).toBe(200);
const place = (n: number) => ({ type: 'line', place: n });

/** Twenty who do not wait ask again and again. */
function rush() {
  const over = new AbortController();
  const statuses: number[] = [];
  const asking = async (): Promise<void> => {
    while (!over.signal.aborted) {
      statuses.push((await world.api('POST', '/1.0/sessions', { app: 'timecode-1', screen })).status);
      await delay(200);
    }
  };
  const all = Array.from({ length: 20 }, asking);
  return {
    statuses,
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await Promise.all(all);
    },
  };
}

/** What the player says to the person before it. */
const told = (page: Page): Promise<string | null> => page.locator('#busy-text').textContent();

test('[E95] two wait for the one slot and are told their places: the first plays when it comes free, the second moves up and leaves', async () => {
  const holder = await create();
  await runs(holder.id);
  await using first = await world.newPage();
  await play(first, { gateway: world.stack.url, token: world.token, app: 'timecode-1', waitMaxMin: 5, screen });
  await vi.waitFor(async () => expect(await stateOf(first)).toBe('waiting'), within);
  expect(await first.evaluate(() => globalThis.session.state)).toEqual({ name: 'waiting', place: 1 });

  await using second = await world.newPage();
  await second.goto('about:blank');
  await second.goto(`${world.stack.url}/#token=${world.token}`);
  await second.getByTestId('app-picker').selectOption('timecode-1');
  await second.getByTestId('start').click();
  await vi.waitFor(async () => expect(await told(second)).toBe('All places are taken. You are number 2 in the line…'), within);
  const waits = await second.evaluate(() => (globalThis as { farpane?: { id?: string } }).farpane?.id ?? '');
  expect(await shown(waits)).toMatchObject({
    status: 'created',
    status_message: 'It waits for a slot, as number 2 in the line.',
  });

  // Whichever link they ask: the slot is promised.
  await using rushed = rush();
  await end(holder.id);
  await vi.waitFor(async () => expect(await timecodeOf(first), await stateOf(first)).toMatchObject({ tag: 1 }), within);
  await vi.waitFor(async () => expect(await told(second)).toBe('All places are taken. You are next in the line…'), within);
  await rushed[Symbol.asyncDispose]();
  expect(rushed.statuses.length).toBeGreaterThan(20);
  expect(new Set(rushed.statuses)).toEqual(new Set([404]));
  expect(await shown(waits)).toMatchObject({ status_message: 'It waits for a slot, as number 1 in the line.' });

  await second.getByTestId('cancel').click();
  await vi.waitFor(async () => expect(await shown(waits)).toBeUndefined(), within);
  const frame = (await timecodeOf(first))?.frame;
  await vi.waitFor(async () => expect((await timecodeOf(first))?.frame).not.toBe(frame), within);
  expect(await stateOf(first)).toBe('playing');
  // The line is empty: who comes now has the slot as soon as it is free, and waits for nobody.
  await end(await sessionId(first));
  await create({ wait_max_min: 5 });
});

test('[E96] over an outage of NATS nobody loses a place, and a slot that came free meanwhile goes to the first when NATS is back', async () => {
  const holder = await create();
  await runs(holder.id);
  const [first, second] = [await create({ wait_max_min: 5 }), await create({ wait_max_min: 5 })];
  const one = await Signalling.open(first.url);
  const two = await Signalling.open(second.url);
  expect([await one.next(), await two.next()]).toEqual([place(1), place(2)]);

  await world.stack.stop('nats');
  const host = world.stack.pid('host-1');
  for (const pid of await applicationPids(host, holder.id)) endProcess(pid);
  await vi.waitFor(async () => expect(await applicationPids(host, holder.id)).toEqual([]), within);
  // What a client says meanwhile waits as well.
  const offer = one.ask('{"type":"settings","api_version":2}');
  // The line tries every ten seconds: that nobody is to be had is no reason to leave.
  await delay(11_000);
  for (const [n, { id }] of [first, second].entries()) {
    expect(await shown(id)).toMatchObject({ status: 'created', status_message: expect.stringContaining(`number ${n + 1} in`) });
  }

  await world.stack.start('nats');
  expect(await offer).toEqual(place(0));
  expect(await two.next()).toEqual(place(1));
  expect(await one.next()).toMatchObject({ type: 'offer' });
  expect(await shown(first.id)).toMatchObject({ cluster_id: 'host-1' });
  expect((await shown(holder.id))?.status).toBe('error');
  await end(first.id);
  expect(await two.next()).toEqual(place(0));
  for (const socket of [one, two]) socket.close();
});

/** It may have ended with one that was ended before it. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH.
  }
}
