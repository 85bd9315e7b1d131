import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { fakeDevices } from '#tests/support/chromium.ts';
import { heardOf, play, startDevice, stateOf } from './client.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let page: Page;
const within = { timeout: 50_000, interval: 200 };
const program = readFileSync(new URL('camera-application.py', import.meta.url), 'utf8');

beforeAll(async () => {
  world = await startWorld({
    chromium: fakeDevices,
    host: {
      applications: [
        {
          name: 'mirror',
          command: '/usr/bin/python3',
          arguments: ['-c', program],
          sound: false,
          camera: { as: 'socket', width: 640, height: 360, fps: 20 },
        },
        // Where there is no v4l2loopback, there is no device to give.
        { name: 'device', command: 'xclock', sound: false, camera: { as: 'device' } },
        { name: 'clock', command: 'xclock', sound: false },
      ],
    },
  });
});
afterEach(async () => {
  // The player's, or the page's own.
  await page.evaluate('(globalThis.farpane ?? globalThis.session).end()');
  await page.close();
});
afterAll(() => world?.close());

async function open(app: string, options: { camera: boolean }): Promise<void> {
  page = await world.newPage();
  const screen = { width: 640, height: 360, fps: 30 };
  await play(page, { gateway: world.stack.url, token: world.token, app, idleTimeMin: 1, screen, ...options });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
}

/** How much of the picture is green, from 0 to 1: the field that the browser's camera films. */
const green = (): Promise<number> =>
  page.evaluate(() => {
    const video = document.querySelector('video');
    if (video === null || video.videoWidth === 0) return 0;
    const { videoWidth: width, videoHeight: height } = video;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) return 0;
    context.drawImage(video, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, greenPart = 0, blue = 0] = data.subarray(at, at + 3);
      if (greenPart > 100 && greenPart > red + 40 && greenPart > blue + 40) count += 1;
    }
    return count / (data.length / 4);
  });

const startCamera = (): Promise<string> => startDevice(page, 'camera');
const wishes = (): Promise<boolean[]> => page.evaluate(() => globalThis.wishes.camera);

test('[CA1] the application sees the camera of who is in control, from when the page sends it to when it does not', async () => {
  await open('mirror', { camera: true });
  await vi.waitFor(async () => expect(await wishes()).toEqual([true]), within);
  expect(await heardOf(page, 'open-camera')).toEqual([
    {
      type: 'open-camera',
      data: '{"resolution":{"width":640,"height":360},"facing-mode":"front","frame-rate":20}',
    },
  ]);
  expect(await green()).toBeLessThan(0.1);
  expect(await startCamera()).toBe('');
  await vi.waitFor(async () => expect(await green()).toBeGreaterThan(0.4), within);
  const captured = await page.evaluate(() => globalThis.session.camera.track?.getSettings());
  expect(captured).toMatchObject({ width: 640, height: 360 });
  await page.evaluate(() => globalThis.session.camera.stop());
  expect(await page.evaluate(() => globalThis.session.camera.on)).toBe(false);
});

test('[CA2] a client that has not enabled its camera is not asked for it, and can’t send it', async () => {
  await open('mirror', { camera: false });
  expect(await startCamera()).toBe('This session takes no camera.');
  expect(await wishes()).toEqual([]);
});

test('[CA3] a client that has enabled its camera hears why there is no use for it', async () => {
  await open('clock', { camera: true });
  await vi.waitFor(async () => expect(await startCamera()).toBe('This application takes no camera.'), within);
  await page.evaluate('globalThis.session.end()');
  await page.close();
  await open('device', { camera: true });
  await vi.waitFor(async () => expect(await startCamera()).toContain('This host has no camera'), within);
  expect(await heardOf(page, 'open-camera')).toEqual([]);
});

test('[CA4] in the player a person shares the camera by a button that is there while the application looks', async () => {
  page = await world.newPage();
  await page.goto('about:blank');
  await page.goto(`${world.stack.url}/#token=${world.token}`);
  await page.getByTestId('app-picker').selectOption('mirror');
  await page.getByTestId('start').click();
  const button = page.getByTestId('camera');
  await button.waitFor({ state: 'visible', timeout: within.timeout });
  await page.evaluate(
    "{ const { mediaDevices } = navigator; const own = mediaDevices.getUserMedia.bind(mediaDevices); mediaDevices.getUserMedia = () => { mediaDevices.getUserMedia = own; return Promise.reject(new DOMException('', 'NotAllowedError')); }; }",
  );
  await button.click();
  await vi.waitFor(async () => expect(await page.getByTestId('hint').textContent()).toContain('was not allowed'), within);
  expect(await button.textContent()).toBe('Share camera');
  await button.click();
  await vi.waitFor(async () => expect(await button.textContent()).toBe('Stop camera'), within);
  await vi.waitFor(async () => expect(await green()).toBeGreaterThan(0.2), within);
  await button.click();
  await vi.waitFor(async () => expect(await button.textContent()).toBe('Share camera'), within);
});
