import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { built } from '#infra/config.ts';
import { play, sessionId, stateOf, timecodeOf } from './client.ts';
import { below, commandOf } from './processes.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  const application = { command: built.timecode, arguments: ['--tag', '3', '--fps', '30'], sound: false };
  const applications = [
    { name: 'sharp', ...application, warm: 1, density: 'follow' as const, warmDensity: 96 },
    { name: 'started', ...application, warm: 1, density: 'follow' as const },
    { name: 'plain', ...application },
  ];
  world = await startWorld({ host: { slots: 5, warm: 1, applications } });
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

const ready = (count: number): Promise<void> =>
  vi.waitFor(async () => {
    const { body } = await world.api('GET', '/1.0/status');
    expect(body.metadata?.['warm']).toBe(count);
  }, within);

/** The applications that run below the host: not what they were wrapped in. */
async function applications(): Promise<number[]> {
  const pids = await below(world.stack.pid('host-1'));
  const commands = await Promise.all(pids.map(commandOf));
  return pids.filter((_, index) => commands[index]?.startsWith(built.timecode));
}

test('[E72] a session plays what waited ready, which is used once; with extra data, or another density, its application is its own', async () => {
  await ready(3);
  const waiting = await applications();
  expect(waiting).toHaveLength(2);
  for (const { app, own, density, ...options } of [
    { app: 'started', own: false },
    { app: 'started', own: true, extraData: { level: 3 } },
    { app: 'started', own: true, density: 96 },
    { app: 'sharp', own: false, density: 96 },
    { app: 'sharp', own: true },
    { app: 'plain', own: true, density: 96 },
  ]) {
    await ready(3);
    const before = await applications();
    await using page = await world.newPage();
    await play(page, {
      ...{ gateway: world.stack.url, token: world.token, app, ...options },
      screen: { width: 960, height: 540, fps: 30, ...(density === undefined ? {} : { density }) },
    });
    await vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).toMatchObject({ tag: 3 }), within);
    expect(await page.evaluate(() => document.querySelector('video')?.videoWidth)).toBe(960);
    // What waited is what plays, or waits on.
    expect((await applications()).filter((pid) => before.includes(pid))).toEqual(before);
    const { status } = await world.api('DELETE', `/1.0/sessions/${await sessionId(page)}`);
    expect(status).toBe(200);
    // Nobody gets it again.
    expect((await applications()).filter((pid) => before.includes(pid))).toHaveLength(before.length - (own ? 0 : 1));
  }
});
