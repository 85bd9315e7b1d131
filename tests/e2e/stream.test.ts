import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { timecodeAgeMs } from '#tests/support/timecode.ts';
import { play, sessionId, soundOf, stateOf, timecodeOf } from './client.ts';
import { applicationPids } from './processes.ts';
import { startWorld, type World } from './world.ts';

let world: World;
const pages: Page[] = [];

beforeAll(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
  await world.endSessions();
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

async function open(options: { app?: string; join?: string; idleTimeMin?: number; codecs?: string[] }): Promise<Page> {
  const page = await world.newPage();
  pages.push(page);
  await play(page, { gateway: world.stack.url, token: world.token, ...options });
  return page;
}

const showsTag = (page: Page, tag: number): Promise<void> =>
  vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).toMatchObject({ tag }), within);

test('[E1] what the application draws is what the browser shows, moving and fresh', async () => {
  const page = await open({ app: 'timecode-1' });
  await showsTag(page, 1);
  await page.evaluate(() => {
    const video = document.querySelector('video');
    if (video !== null) Object.assign(globalThis, { frames: globalThis.timecode.watch(video) });
  });
  const readable = () =>
    page.evaluate(
      () => (globalThis as unknown as { frames: { code: unknown }[] }).frames.filter(({ code }) => code !== null).length,
    );
  await vi.waitFor(async () => expect(await readable()).toBeGreaterThan(60), within);
  const frames = await page.evaluate(
    () => (globalThis as unknown as { frames: { atMs: number; code: { timeTenthMs: number; frame: number } | null }[] }).frames,
  );
  const read = frames.flatMap(({ atMs, code }) => (code === null ? [] : [{ atMs, ...code }]));
  // Decoded right: nearly every strip's checksum holds, frame numbers go on, and what is shown is of now.
  expect(read.length / frames.length).toBeGreaterThan(0.95);
  expect(new Set(read.map(({ frame }) => frame)).size).toBeGreaterThan(40);
  const ages = read
    .map((code) => timecodeAgeMs({ ...code, inputs: 0, lastCode: 0, tag: 1 }, code.atMs))
    .toSorted((a, b) => a - b);
  const median = ages[Math.floor(ages.length / 2)] ?? Number.NaN;
  expect(median).toBeGreaterThan(0);
  expect(median).toBeLessThan(1000);
});

test('[E2] a key and a click reach the application, and what they change is seen', async () => {
  const page = await open({ app: 'timecode-1' });
  await showsTag(page, 1);
  const before = (await timecodeOf(page))?.inputs ?? 0;
  await page.locator('#v').focus();
  await page.keyboard.press('a', { delay: 50 });
  // X11's key code of A: evdev's 30 + 8.
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ inputs: before + 1, lastCode: 38 }), within);
  await page.mouse.click(200, 300, { button: 'right', delay: 50 });
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ inputs: before + 2, lastCode: 3 }), within);
});

test('[E3] sound of the application is heard at its level', async () => {
  const page = await open({ app: 'tone' });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
  // A sine of amplitude 0.5 has a level of 0.5 / √2 = 0.354.
  await vi.waitFor(async () => {
    const { level } = await soundOf(page);
    expect(level).toBeGreaterThan(0.3);
    expect(level).toBeLessThan(0.4);
  }, within);
});

test('[E4] two sessions at once do not mix', async () => {
  const [one, two] = await Promise.all([open({ app: 'timecode-1' }), open({ app: 'timecode-2' })]);
  await Promise.all([showsTag(one, 1), showsTag(two, 2)]);
  await two.locator('#v').focus();
  const untouched = (await timecodeOf(one))?.inputs;
  const before = (await timecodeOf(two))?.inputs ?? 0;
  await two.keyboard.press('b', { delay: 50 });
  await vi.waitFor(async () => expect(await timecodeOf(two)).toMatchObject({ tag: 2, inputs: before + 1 }), within);
  expect(await timecodeOf(one)).toMatchObject({ tag: 1, inputs: untouched });
});

test.each(['VP8', 'VP9'])('[E5] %s streams as well, for a client that prefers it', async (codec) => {
  const page = await open({ app: 'timecode-2', codecs: [codec] });
  await showsTag(page, 2);
  expect(await page.evaluate(async () => (await globalThis.session.stats())?.codec)).toBe(codec);
});

test('[E6] DELETE ends every process of the instance, and the client is told', async () => {
  const page = await open({ app: 'timecode-1' });
  await showsTag(page, 1);
  const host = world.stack.pid('host-1');
  const id = await sessionId(page);
  expect(await applicationPids(host, id)).not.toEqual([]);
  const { status } = await world.api('DELETE', `/1.0/sessions/${id}`);
  expect(status).toBe(200);
  expect(await applicationPids(host, id)).toEqual([]);
  await vi.waitFor(async () => expect(await stateOf(page)).toMatch(/ended/), within);
  expect((await world.api('GET', `/1.0/sessions/${id}`)).status).toBe(404);
});

test('[E7] a second client’s join takes the place of the first', async () => {
  const first = await open({ app: 'timecode-1', idleTimeMin: 5 });
  await showsTag(first, 1);
  const second = await open({ join: await sessionId(first) });
  await showsTag(second, 1);
  await vi.waitFor(async () => expect(await stateOf(first)).toMatch(/replaced|ended/), within);
  const before = (await timecodeOf(second))?.frame;
  await vi.waitFor(async () => expect((await timecodeOf(second))?.frame).not.toBe(before), within);
  expect(await stateOf(second)).toBe('playing');
});

test('[E8] a client that leaves ends a session that nobody can join, with all its processes', async () => {
  const page = await open({ app: 'timecode-1' });
  await showsTag(page, 1);
  const id = await sessionId(page);
  await page.evaluate(() => globalThis.session.disconnect());
  await vi.waitFor(async () => expect((await world.api('GET', `/1.0/sessions/${id}`)).status).toBe(404), within);
  expect(await applicationPids(world.stack.pid('host-1'), id)).toEqual([]);
});
