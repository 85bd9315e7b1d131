import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { encodePng } from '#worker/input/cursor/png.ts';
import type { BrowserHost } from './support/host.ts';
import { soon } from './support/soon.ts';
import { usePlayer } from './support/use-player.ts';

const player = usePlayer({ viewport: { width: 1000, height: 800 } });
let page: Page;
let host: BrowserHost;

/** 20 by 10 pixels, held at 4, 7. */
const png = encodePng(20, 10, Buffer.alloc(20 * 10 * 4, 255)).toString('base64');
const say = (type: string, data: unknown) => host.say({ type, data: JSON.stringify(data) });
const shape = (kind: 'image' | 'hidden') =>
  say('cursor::remote-shape', kind === 'image' ? { kind, png, hotX: 4, hotY: 7 } : { kind });
/** The display has twice the pixels of the picture. */
const point = (x: number, y: number) => say('cursor::remote-place', { x, y, width: 1280, height: 720 });
/** What the page has said of whether it draws the pointer of others, oldest first. */
const draws = async () => (await host.heard('cursor::remote')).map(({ data }) => data['on']);

beforeEach(async () => {
  ({ page, host } = player);
  await player.play();
  await player.showsPicture();
});

/** How far the pointer's corner is from where a pixel of the display is on the page, and its size against the picture's. */
const off = (x: number, y: number) =>
  page.evaluate(
    ([left = 0, top = 0]) => {
      const video = document.querySelector('video')?.getBoundingClientRect();
      const image = document.querySelector('img[src^="data:"]')?.getBoundingClientRect();
      if (video === undefined || image === undefined) return 'not drawn';
      const scale = Math.min(video.width / 1280, video.height / 720);
      const at = [
        video.x + (video.width - 1280 * scale) / 2 + left * scale,
        video.y + (video.height - 720 * scale) / 2 + top * scale,
      ];
      const errors = [image.x - (at[0] ?? 0), image.y - (at[1] ?? 0), image.width - 20 * scale, image.height - 10 * scale];
      return errors.every((error) => Math.abs(error) < 0.1) ? 'there' : errors.map((error) => error.toFixed(2)).join(' ');
    },
    [x - 4, y - 7],
  );

test('[CU10] the pointer of another lies over the picture wherever the page has that, in its size, and catches nothing', async () => {
  await soon(draws).toEqual([true]);
  await shape('image');
  await point(640, 360);
  await soon(() => off(640, 360)).toBe('there');
  await point(1279, 0);
  await soon(() => off(1279, 0)).toBe('there');
  // Other places, sizes and surroundings of the video.
  for (const style of [
    'position:absolute;left:50px;top:20px;width:400px;height:400px',
    'position:static;display:block;width:300px;height:100px;margin:40px',
    'position:relative;left:13px;width:640px;height:200px;z-index:7',
  ]) {
    await page.locator('video').evaluate((video, css) => Object.assign(video.style, { cssText: css }), style);
    await soon(() => off(1279, 0)).toBe('there');
  }
  for (const style of [
    'transform: scale(0.5) translate(30px, 10px)',
    'position:static;transform:none;overflow:auto;height:150px',
  ]) {
    await page.getByRole('main').evaluate((main, css) => Object.assign(main.style, { cssText: css }), style);
    await point(600, 300);
    await soon(() => off(600, 300)).toBe('there');
  }
  await page.getByRole('main').evaluate((main) => main.scrollTo(0, 30));
  await soon(() => off(600, 300)).toBe('there');
  // What is clicked is the video.
  const hit = await page.evaluate(() => {
    const { x, y } = document.querySelector('img[src^="data:"]')?.getBoundingClientRect() ?? { x: 0, y: 0 };
    return document.elementFromPoint(x + 1, y + 1)?.tagName;
  });
  expect(hit).toBe('VIDEO');
});

test('[CU11] the pointer of another is hidden with that of the picture, left to it where nothing can lie over it, and gone with the session', async () => {
  await soon(draws).toEqual([true]);
  await shape('image');
  await soon(() => off(5, 5)).toBe('not drawn');
  await point(5, 5);
  await soon(() => off(5, 5)).toBe('there');
  await shape('hidden');
  await soon(() => off(5, 5)).toBe('not drawn');
  // Where it was says nothing of where it comes back.
  await shape('image');
  await point(90, 90);
  await soon(() => off(90, 90)).toBe('there');
  // A video that fills the screen by itself; the stage around it may.
  await page.locator('video').evaluate((video) => video.requestFullscreen());
  await soon(draws).toEqual([true, false]);
  expect(await off(90, 90)).toBe('not drawn');
  await page.evaluate(() => document.exitFullscreen());
  await soon(draws).toEqual([true, false, true]);
  await page.getByTestId('fullscreen').click();
  await shape('image');
  await point(70, 70);
  await soon(() => off(70, 70)).toBe('there');
  expect(await draws()).toEqual([true, false, true]);
  await page.evaluate(() => document.exitFullscreen());
  await page.getByTestId('end').click();
  await soon(() => off(70, 70)).toBe('not drawn');
});
