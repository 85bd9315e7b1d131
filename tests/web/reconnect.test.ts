import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { gateway } from './support/gateway.ts';
import type { BrowserHost } from './support/host.ts';
import { colourAt } from './support/pixels.ts';
import { soon } from './support/soon.ts';
import { usePlayer } from './support/use-player.ts';

const player = usePlayer();
const { setup, state, play } = player;
let page: Page;
let host: BrowserHost;

beforeEach(() => {
  ({ page, host } = player);
});

/** The host hangs up, nobody can say why, and the way back opens with `back`. */
async function lose(back: Promise<void>): Promise<void> {
  setup.site.answer = gateway(({ method }) => (method === 'GET' ? 'away' : undefined));
  host.ready = back;
  await host.hangUp();
  await state('reconnecting');
  // The new attempt has put its own stream, which has no picture yet, in the place of the old one.
  await soon(() => host.sockets.length).toBe(2);
}

/** At two places that only the background of the host's picture reaches: not black, which is what a video without a picture is. */
async function showsPicture(): Promise<boolean> {
  const { x, y, width, height } = (await page.getByTestId('video').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const places = [0.2, 0.8].map((down) => colourAt(page, x + width / 2, y + height * down));
  return (await Promise.all(places)).every((colour) => isNear(colour, [0x12, 0x32, 0x4a]));
}

const isNear = (colour: readonly number[], wanted: readonly number[]): boolean =>
  colour.every((part, index) => Math.abs(part - (wanted[index] ?? 0)) < 16);

const poster = () => page.getByTestId('video').getAttribute('poster');

test('[CL25] the last picture stays while the session is joined again, and the next takes its place', async () => {
  await play();
  expect(await showsPicture()).toBe(true);
  const back = Promise.withResolvers<void>();
  await lose(back.promise);
  expect(await page.evaluate(() => document.querySelector('video')?.readyState)).toBe(0);
  expect(await showsPicture()).toBe(true);
  back.resolve();
  await state('playing');
  expect(await showsPicture()).toBe(true);
  expect(await poster()).toBeNull();
  expect(await page.evaluate(() => document.querySelectorAll('canvas').length)).toBe(0);
});

test('[CL26] the last picture goes with the session, and the page has its own poster again', async () => {
  const own = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  await page.evaluate((url) => document.querySelector('video')?.setAttribute('poster', url), own);
  await play();
  await lose(new Promise(() => undefined));
  expect(await poster()).not.toBe(own);
  await page.getByTestId('cancel').click();
  await state('ended');
  expect(await poster()).toBe(own);
  expect(await page.evaluate(() => document.querySelector('video')?.srcObject)).toBeNull();
});

test('[PY31] what is said of a lost connection leaves the last picture in sight', async () => {
  await play();
  await lose(new Promise(() => undefined));
  const video = await page.getByTestId('video').boundingBox();
  const said = await page.getByTestId('busy').boundingBox();
  expect(await page.getByTestId('busy').textContent()).toContain('Reconnecting…');
  expect(said?.height).toBeLessThan((video?.height ?? 0) / 8);
  expect((said?.y ?? 0) - (video?.y ?? 0)).toBeLessThan((video?.height ?? 0) / 8);
});

test('[CL27] a video without a size of its own keeps that of its picture while it is lost', async () => {
  await page.evaluate(() => {
    const video = document.querySelector('video');
    if (video !== null) Object.assign(video.style, { position: 'static', width: 'auto', height: 'auto' });
  });
  await play();
  const size = () => page.getByTestId('video').boundingBox();
  const before = await size();
  expect(before).toMatchObject({ width: 640, height: 360 });
  await lose(new Promise(() => undefined));
  expect(await size()).toEqual(before);
});
