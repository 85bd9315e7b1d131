import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { built } from '#infra/config.ts';
import { heardOf, type PlayOptions, play, sessionId, stateOf, timecodeOf } from './client.ts';
import { applicationPids, commandOf } from './processes.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

async function open(options: Omit<PlayOptions, 'gateway' | 'token'>): Promise<Page> {
  const page = await world.newPage();
  await play(page, { gateway: world.stack.url, token: world.token, ...options });
  return page;
}

/** The size of the picture that is on the screen, once the time code on it can be read. */
async function pictureOf(page: Page): Promise<string> {
  const size = await page.evaluate(() => {
    const video = document.querySelector('video');
    return `${video?.videoWidth}x${video?.videoHeight}`;
  });
  return (await timecodeOf(page)) === null ? `${await stateOf(page)}, unreadable` : size;
}
const shows = (page: Page, size: string): Promise<void> =>
  vi.waitFor(async () => expect(await pictureOf(page)).toBe(size), within);

const resize = (page: Page, width: number, height: number): Promise<boolean> =>
  page.evaluate((data) => globalThis.session.send({ type: 'screen::resize', data }), { width, height });

for (const codec of ['H264', 'VP8'] as const) {
  test(`[E70] the picture takes another size while it plays, in ${codec}: the same application, connection and viewers`, async () => {
    await using page = await open({ app: 'timecode-1', idleTimeMin: 5, codecs: [codec] });
    await shows(page, '1280x720');
    const id = await sessionId(page);
    const share = await world.api('POST', `/1.0/sessions/${id}/share`, { type: 'view' });
    await using viewer = await world.newPage();
    await viewer.evaluate((url) => {
      const video = document.querySelector('video');
      if (video === null) throw new Error('no video');
      globalThis.session = globalThis.farpaneClient.FarpaneSession.watch(url, { video });
    }, String(share.body.metadata?.url));
    await shows(viewer, '1280x720');
    const pids = await applicationPids(world.stack.pid('host-1'), id);
    const inputs = (await timecodeOf(page))?.inputs ?? 0;

    await resize(page, 801, 600);
    await Promise.all([shows(page, '802x600'), shows(viewer, '802x600')]);
    // A storm, as dragging a window's edge makes it.
    for (let step = 0; step < 40; step += 1) await resize(page, 640 + 10 * step, 360 + 8 * step);
    await resize(page, 1600, 900);
    await Promise.all([shows(page, '1600x900'), shows(viewer, '1600x900')]);
    await resize(page, 640, 360);
    await Promise.all([shows(page, '640x360'), shows(viewer, '640x360')]);

    // What cannot be is refused, and disturbs nothing.
    await resize(page, -1, 100_000);
    const refusal = expect.objectContaining({ data: expect.stringContaining('width') });
    await vi.waitFor(async () => expect(await heardOf(page, 'screen::refused')).toEqual([refusal]), within);
    await page.bringToFront();
    // The element is as large as its picture.
    await page.locator('#v').click({ position: { x: 635, y: 355 }, delay: 50 });
    await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ inputs: inputs + 1 }), within);
    expect(await applicationPids(world.stack.pid('host-1'), id)).toEqual(pids);
    expect(await stateOf(viewer)).toBe('playing');
    await world.api('DELETE', `/1.0/sessions/${id}`);
  });
}

test('[E71] a join with another screen plays in its size', async () => {
  await using first = await open({ app: 'timecode-2', idleTimeMin: 5 });
  await shows(first, '1280x720');
  const id = await sessionId(first);
  const pids = await applicationPids(world.stack.pid('host-1'), id);
  await using second = await open({ join: id, screen: { width: 900, height: 1000, fps: 30 } });
  await shows(second, '900x1000');
  expect(await applicationPids(world.stack.pid('host-1'), id)).toEqual(pids);
  await world.api('DELETE', `/1.0/sessions/${id}`);
});

test('[E74] an application that follows the density starts with it, and has that of the next client while its picture goes on', async () => {
  await using first = await open({
    app: 'timecode-dots',
    idleTimeMin: 5,
    screen: { width: 800, height: 600, fps: 30, density: 192 },
  });
  await shows(first, '800x600');
  const id = await sessionId(first);
  const pids = await applicationPids(world.stack.pid('host-1'), id);
  const commands = await Promise.all(pids.map(commandOf));
  const pid = pids.find((_, index) => commands[index]?.startsWith(built.timecode));
  const environment = new Map((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((line) => cut(line)));
  expect(environment.get('FARPANE_DENSITY')).toBe('192');
  const env = {
    PATH: '/usr/bin:/bin',
    DISPLAY: environment.get('DISPLAY'),
    XAUTHORITY: `/proc/${pid}/root${environment.get('XAUTHORITY')}`,
  };
  const dots = async (): Promise<string[]> => {
    const of = async (...words: [string, ...string[]]) => (await promisify(execFile)(words[0], words.slice(1), { env })).stdout;
    const [, millimetres = ''] = /dimensions:.*\((.*) millimeters/.exec(await of('xdpyinfo')) ?? [];
    return [millimetres, /"(.*)"/.exec(await of('xprop', '-root', 'RESOURCE_MANAGER'))?.[1] ?? ''];
  };
  expect(await dots()).toEqual(['106x79', 'Xft.dpi:\\t192\\n']);

  await using second = await open({ join: id, screen: { density: 96 } });
  await shows(second, '800x600');
  expect(await dots()).toEqual(['212x159', 'Xft.dpi:\\t96\\n']);
  await second.evaluate((data) => globalThis.session.send({ type: 'screen::resize', data }), {
    width: 800,
    height: 600,
    density: 120,
  });
  await vi.waitFor(async () => expect(await dots()).toEqual(['169x127', 'Xft.dpi:\\t120\\n']), within);
  const before = (await timecodeOf(second))?.frame ?? 0;
  await vi.waitFor(async () => expect((await timecodeOf(second))?.frame).toBeGreaterThan(before), within);
  expect(await applicationPids(world.stack.pid('host-1'), id)).toEqual(pids);
  await world.api('DELETE', `/1.0/sessions/${id}`);
});

/** A variable of an environment and its value. */
function cut(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
