import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { play, sessionId, stateOf, timecodeOf } from './client.ts';
import { applicationPids, below, commandOf } from './processes.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

test('[E16] a capture process that dies is replaced, and the client that watches keeps its connection', async () => {
  await using page = await world.newPage();
  await play(page, { gateway: world.stack.url, token: world.token, app: 'timecode-1' });
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ tag: 1 }), within);
  const captures = async () => {
    const pids = await below(world.stack.pid('host-1'));
    const commands = await Promise.all(pids.map(commandOf));
    return pids.filter((_, index) => commands[index]?.includes('capture/child/main.ts'));
  };
  const [capture] = await captures();
  expect(capture).toBeDefined();
  process.kill(capture ?? 0, 'SIGKILL');
  await vi.waitFor(async () => expect(await captures()).not.toEqual([capture]), within);
  const frame = (await timecodeOf(page))?.frame;
  await vi.waitFor(async () => {
    const now = await timecodeOf(page);
    expect(now).toMatchObject({ tag: 1 });
    expect(now?.frame).not.toBe(frame);
  }, within);
  expect(await stateOf(page)).toBe('playing');
  await world.api('DELETE', `/1.0/sessions/${await sessionId(page)}`);
});

test('[E9] media goes through the relay where nothing else is allowed', async () => {
  await using page = await world.newPage();
  await page.evaluate(() => {
    const Direct = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Direct {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: 'relay' });
      }
    };
  });
  await play(page, { gateway: world.stack.url, token: world.token, app: 'timecode-2' });
  await vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).toMatchObject({ tag: 2 }), within);
  expect(await page.evaluate(async () => (await globalThis.session.stats())?.relayed)).toBe(true);
  await world.api('DELETE', `/1.0/sessions/${await sessionId(page)}`);
});

test('[E17] a host that is killed leaves no process of its sessions', async () => {
  await using page = await world.newPage();
  await play(page, { gateway: world.stack.url, token: world.token, app: 'tone' });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
  const host = world.stack.pid('host-1');
  expect(await applicationPids(host, await sessionId(page))).not.toEqual([]);
  const pids = await below(host);
  process.kill(host, 'SIGKILL');
  await vi.waitFor(async () => {
    const left = await Promise.all(
      pids.map(async (pid) => ({ pid, state: await stateOfProcess(pid), command: await commandOf(pid) })),
    );
    expect(left.filter(({ state }) => state !== '' && state !== 'Z')).toEqual([]);
  }, within);
});

/** One letter (proc_pid_stat(5)), or nothing where it has gone. */
async function stateOfProcess(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
}
