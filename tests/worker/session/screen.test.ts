import { expect, test, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { Screen } from '#shared/screen.ts';
import { displayFor, ScreenKeeper, withinLimits } from '#worker/session/screen.ts';

const log = jsonLogger(() => undefined, 'error');
const most = { width: 1920, height: 1080, fps: 60 };
const initial = Screen.parse({});

type Follows = 'follow' | 'fixed';

function keeperOf({ resize = 'follow' as Follows, density = 'fixed' as Follows, slowly = false, refuses = false } = {}) {
  const applied: string[] = [];
  const changed: string[] = [];
  const turns: (() => void)[] = [];
  const keeper = new ScreenKeeper({
    application: { name: 'game', maxScreen: most, resize, density },
    initial,
    resize: async ({ width, height }) => {
      applied.push(`${width}x${height}`);
      if (slowly) await new Promise<void>((resolve) => turns.push(resolve));
      if (refuses) throw new Error('no');
    },
    onChange: ({ width, height, fps }) => changed.push(`${width}x${height}@${fps}`),
    log,
  });
  return { keeper, applied, changed, turns };
}

test('[SZ1] a wish that is too large keeps its shape within the limits, and none is too small to be coded', () => {
  const limited = (width: number, height: number) => withinLimits({ ...initial, width, height, fps: 90 }, most);
  expect(limited(3840, 2160)).toMatchObject({ width: 1920, height: 1080, fps: 60 });
  expect(limited(1080, 1920)).toMatchObject({ width: 608, height: 1080 });
  expect(limited(1000, 600)).toMatchObject({ width: 1000, height: 600 });
  expect(limited(2, 2)).toMatchObject({ width: 16, height: 16 });
});

test('[SZ2] a change changes what it names, within the limits', async () => {
  const { keeper, changed } = keeperOf();
  expect(await keeper.change({ width: 800, height: 600 })).toMatchObject({ width: 800, height: 600, fps: 60 });
  expect(await keeper.change({ fps: 30 })).toMatchObject({ width: 800, height: 600, fps: 30 });
  expect(await keeper.change({ width: 3840, height: 2160 })).toMatchObject({ width: 1920, height: 1080, fps: 30 });
  expect(await keeper.turn('portrait')).toMatchObject({ width: 608, height: 1080 });
  expect(await keeper.turn('portrait')).toMatchObject({ width: 608, height: 1080 });
  expect(changed).toEqual(['800x600@60', '800x600@30', '1920x1080@30', '608x1080@30']);
});

test('[SZ3] of a storm of changes the first and the last are made, one at a time', async () => {
  const { keeper, applied, turns } = keeperOf({ slowly: true });
  const all = Array.from({ length: 50 }, (_, i) => keeper.change({ width: 400 + 10 * i, height: 300 }));
  await vi.waitFor(() => expect(turns).toHaveLength(1));
  expect(applied).toEqual(['400x300']);
  const late = [keeper.change({ width: 500 }), keeper.change({ width: 600 })];
  turns.shift()?.();
  await vi.waitFor(() => expect(turns).toHaveLength(1));
  turns.shift()?.();
  const ends = await Promise.all([...all, ...late]);
  expect(new Set(ends.map(({ width }) => width))).toEqual(new Set([600]));
  expect(applied).toEqual(['400x300', '600x300']);
});

test('[SZ3] a change that the display refuses leaves the screen as it is, and the next one is made', async () => {
  const { keeper, changed } = keeperOf({ refuses: true });
  await expect(keeper.change({ width: 800 })).rejects.toMatchObject({ code: 'display_failed' });
  expect(keeper.current).toEqual(initial);
  expect(changed).toEqual([]);
  await expect(keeper.change({ height: 600 })).rejects.toMatchObject({ code: 'display_failed' });
  // A rate asks nothing of the display but goes the same way.
  expect(keeper.current.height).toBe(720);
});

test('[SZ6] an application that keeps its size says so', async () => {
  const { keeper, applied } = keeperOf({ resize: 'fixed' });
  await expect(keeper.change({ width: 800, height: 600 })).rejects.toMatchObject({
    message: "The application 'game' keeps its size.",
  });
  expect(applied).toEqual([]);
});

test('[SZ7] the display of an application that follows the density is told of it, and no other', () => {
  const screen = { width: 800, height: 600, fps: 30, density: 120 };
  expect(displayFor(screen, { density: 'follow' })).toEqual({ width: 800, height: 600, dotsPerInch: 120 });
  expect(displayFor(screen, { density: 'fixed' })).toEqual({ width: 800, height: 600 });
});

test('[SZ7] another density alone is a change, also for an application that keeps its size', async () => {
  const { keeper, applied, changed } = keeperOf({ density: 'follow' });
  expect(await keeper.change({ density: 96 })).toEqual({ ...initial, density: 96 });
  expect([applied, changed]).toEqual([['1280x720'], ['1280x720@60']]);
  const fixed = keeperOf({ resize: 'fixed', density: 'follow' });
  expect(await fixed.keeper.change({ width: 800, height: 600, fps: 30, density: 96 })).toEqual({ ...initial, density: 96 });
  await expect(fixed.keeper.change({ width: 800 })).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(keeperOf({ resize: 'fixed' }).keeper.change({ density: 96 })).rejects.toMatchObject({ code: 'wrong_state' });
});
