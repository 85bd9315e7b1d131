import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { installTimecodeReader } from '#tests/support/timecode.ts';
import type { FarpaneSession } from '#web/farpane-client.ts';
import { timecodeOf } from './client.ts';
import { applicationPids } from './processes.ts';
import { startWorld, type World } from './world.ts';

type Played = Pick<FarpaneSession, 'stats'>;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

/** Starts an application in the player. */
async function startIn(page: Page, app: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${world.stack.url}/#token=${world.token}`);
  await page.getByTestId('app-picker').selectOption(app);
  await page.getByTestId('start').click();
}

test('[E30] in the player a person chooses an application, starts it, plays, reloads and ends it', async () => {
  await using page = await world.newPage();
  await startIn(page, 'timecode-2');
  const shows = () => vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ tag: 2 }), within);
  await installTimecodeReader(page);
  await shows();
  expect(await page.getByTestId('state').getAttribute('data-state')).toBe('playing');

  const before = (await timecodeOf(page))?.inputs ?? 0;
  await page.getByTestId('video').click();
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ inputs: before + 1, lastCode: 1 }), within);
  await page.keyboard.press('Enter');
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ inputs: before + 2, lastCode: 36 }), within);

  const idOf = () => page.evaluate(() => (globalThis as { farpane?: { id?: string } }).farpane?.id ?? '');
  const id = await idOf();
  const processes = await applicationPids(world.stack.pid('host-1'), id);
  expect(processes).not.toEqual([]);
  await page.reload();
  // The same application, which remembers what was pressed: not another one.
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ tag: 2, inputs: before + 2 }), within);
  expect(await idOf()).toBe(id);
  expect(await applicationPids(world.stack.pid('host-1'), id)).toEqual(processes);

  await page.getByTestId('end').click();
  await vi.waitFor(async () => expect(await applicationPids(world.stack.pid('host-1'), id)).toEqual([]), within);
  await vi.waitFor(async () => expect((await world.api('GET', `/1.0/sessions/${id}`)).status).toBe(404), within);
});

test('[E32] in the player another codec is chosen while it plays: the same application goes on in it', async () => {
  await using page = await world.newPage();
  await startIn(page, 'timecode-1');
  await installTimecodeReader(page);
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ tag: 1 }), within);
  await page.getByTestId('video').click();
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ lastCode: 1 }), within);
  const inputs = (await timecodeOf(page))?.inputs;
  const codec = () => page.evaluate(async () => (await (globalThis as { farpane?: Played }).farpane?.stats())?.codec);
  expect(await codec()).toBe('H264');

  await page.getByTestId('live-codec').selectOption('VP8');
  await vi.waitFor(async () => expect(await codec()).toBe('VP8'), within);
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ tag: 1, inputs, lastCode: 1 }), within);
  await page.getByTestId('end').click();
});
