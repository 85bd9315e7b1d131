import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { Cameras } from '#worker/host/cameras.ts';

test('[CA7] each of a host’s cameras is one session’s at a time, and one that is not there is passed over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cameras-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [first, second] = [join(folder, 'video10'), join(folder, 'video11')];
  await Promise.all([first, second].map((path) => writeFile(path, '')));
  const lines: string[] = [];
  const cameras = new Cameras(
    [join(folder, 'video9'), first, second],
    jsonLogger((line) => lines.push(line), 'warn'),
  );
  const asked = await Promise.all([cameras.lend(), cameras.lend(), cameras.lend()]);
  const [one, other, ...more] = asked.filter((loan) => loan !== null);
  expect(new Set([one?.path, other?.path])).toEqual(new Set([first, second]));
  expect(more).toEqual([]);
  expect(lines.some((line) => line.includes('video9'))).toBe(true);
  one?.giveBack();
  one?.giveBack();
  expect((await cameras.lend())?.path).toBe(one?.path);
  expect(await cameras.lend()).toBeNull();
});
