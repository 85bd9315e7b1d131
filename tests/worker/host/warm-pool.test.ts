import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { built } from '#infra/config.ts';
import { recordLog, startTestMedia } from '#tests/worker/media/support/host.ts';
import { Application } from '#worker/application.ts';
import type { Kind } from '#worker/host/warm-plan.ts';
import { WarmPool } from '#worker/host/warm-pool.ts';
import type { Media } from '#worker/media/media.ts';
import { isRunning } from '#worker/process/tree.ts';
import { makeOpening, type Opening } from '#worker/session/opening.ts';

let media: Media;
let stateDirectory: string;
const pools: WarmPool[] = [];

beforeAll(async () => {
  [media, stateDirectory] = await Promise.all([startTestMedia(), mkdtemp(join(tmpdir(), 'warm-test-'))]);
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});
afterAll(async () => {
  await media?.close();
  await rm(stateDirectory, { recursive: true, force: true });
});

const within = { timeout: 20_000, interval: 20 };
const maxScreen = { width: 640, height: 480 };
const clock = Application.parse({ name: 'clock', command: 'xclock', sound: false, maxScreen });

/** A pool of real stages; `made` has what it made. */
function open(options: { stages?: number; clocks?: number; free?: number; busy?: () => number; application?: Application }) {
  const { stages = 0, clocks = 0, free = 4, busy = () => 0, application = clock } = options;
  const { log, lines } = recordLog();
  const made: Opening[] = [];
  const slots = { free };
  const make = async (kind: Kind): Promise<Opening> => {
    const opening = await makeOpening({
      ...{ largest: maxScreen, sound: false, media, log, stateDirectory },
      gstreamerPlugins: built.gstreamerPlugins,
      capturePriority: 'normal',
      ...(kind === null ? {} : { prestart: application }),
    });
    made.push(opening);
    return opening;
  };
  const pool = new WarmPool({
    wish: { stages, applications: new Map([['clock', clocks]]) },
    ...{ free: () => slots.free, busyForMs: busy, make, log },
    onChange: () => undefined,
  });
  pools.push(pool);
  pool.update();
  return { pool, made, lines, slots };
}

const sizeOf = (pool: WarmPool, size: number) => vi.waitFor(() => expect(pool.size).toBe(size), within);

test('[WM3] what was made is used once and made again, and its memory is told', async () => {
  const { pool, made, lines } = open({ stages: 1, clocks: 1 });
  await sizeOf(pool, 2);
  const plain = pool.take([null]);
  const started = pool.take(['clock', null]);
  expect(plain?.prestarted).toBeNull();
  expect(started?.prestarted?.instance.pids().length).toBeGreaterThan(1);
  expect(pool.take(['clock', null])).toBeNull();
  pool.update();
  await sizeOf(pool, 2);
  expect(new Set(made).size).toBe(4);
  const ready = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'warm.ready');
  expect(ready.every(({ mebibytes }) => mebibytes > 20 && mebibytes < 1000)).toBe(true);
  for (const opening of [plain, started]) await opening?.close();
});

test('[WM4] one that dies while it waits is replaced, with nothing of it left', async () => {
  const { pool, made, lines } = open({ clocks: 1 });
  await sizeOf(pool, 1);
  const pids = await made[0]?.pids();
  process.kill(made[0]?.stage.base.displayProcess.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(made).toHaveLength(2), within);
  await sizeOf(pool, 1);
  await vi.waitFor(() => expect(pids?.filter(isRunning)).toEqual([]), within);
  expect(lines.some((line) => line.includes('warm.failed') && line.includes('SIGKILL'))).toBe(true);
});

test('[WM4] an application that can’t be started beforehand keeps nobody from the rest', async () => {
  const application = Application.parse({ name: 'clock', command: 'no-such-clock', sound: false, maxScreen });
  const { pool, lines } = open({ stages: 1, clocks: 1, application });
  await sizeOf(pool, 1);
  expect(pool.take([null])?.prestarted).toBeNull();
  expect(lines.some((line) => line.includes('warm.failed') && line.includes('no-such-clock'))).toBe(true);
});

test('[WM5] nothing is made while a session starts, and what is too much is ended', async () => {
  let busyMs = 50;
  const { pool, made, slots } = open({ stages: 2, busy: () => busyMs });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(made).toEqual([]);
  busyMs = 0;
  await sizeOf(pool, 2);
  slots.free = 1;
  pool.update();
  await sizeOf(pool, 1);
});

test('[WM6] closed, it leaves no process and no file, also of what was being made', async () => {
  const { pool, made } = open({ stages: 1, clocks: 1 });
  await sizeOf(pool, 1);
  await vi.waitFor(async () => expect((await readdir(stateDirectory)).length + made.length).toBeGreaterThan(1), within);
  await pool.close();
  const pids = (await Promise.all(made.map((opening) => opening.pids().catch(() => [])))).flat();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(await readdir(stateDirectory)).toEqual([]);
  expect(pool.size).toBe(0);
  expect(pool.take([null, 'clock'])).toBeNull();
});
