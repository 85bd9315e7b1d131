import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { gateway, sessionId, shown, token } from './support/gateway.ts';
import type { BrowserHost } from './support/host.ts';
import { soon } from './support/soon.ts';
import { usePlayer } from './support/use-player.ts';

const player = usePlayer();
const { setup, state, play } = player;
let page: Page;
let host: BrowserHost;

beforeEach(() => {
  ({ page, host } = player);
});

const deleted = () => setup.site.calls.filter(({ method }) => method === 'DELETE').length;

test('[PY1] the chosen application is started at the size of the window, and plays', async () => {
  await page.getByTestId('app-picker').selectOption('desktop');
  await play();
  const created = setup.site.calls.find(({ method, path }) => method === 'POST' && path === '/1.0/sessions');
  expect(created?.body).toMatchObject({
    app: 'desktop',
    joinable: true,
    idle_time_min: 5,
    screen: { width: 1000, fps: 60, density: 96 },
  });
  expect(await page.evaluate(() => document.querySelector('video')?.videoWidth)).toBe(640);
  expect(host.settings).toMatchObject([{ api_version: 2, data_channels: [], enable_speaker: true, enable_video: true }]);
});

test('[CL21] the picture follows the window while it plays, once for each new size, and again when it was refused', async () => {
  await play();
  const created = setup.site.calls.find(({ method, path }) => method === 'POST' && path === '/1.0/sessions');
  expect(created?.body).toMatchObject({ screen: { width: 1000 } });
  const asked = () => host.heard('screen::resize');
  for (const width of [900, 850, 820]) await page.setViewportSize({ width, height: 640 });
  await soon(async () => (await asked()).at(-1)?.data).toMatchObject({ width: 820 });
  await page.setViewportSize({ width: 4000, height: 640 });
  await soon(async () => (await asked()).at(-1)?.data).toMatchObject({ width: 1920, density: 72 });
  const before = (await asked()).length;
  const [you, controller] = ['0000000000o0', '0000000000o0'];
  const state = { type: 'control::state', data: JSON.stringify({ you, role: 'owner', controller, peers: [] }) };
  await host.say({ type: 'screen::refused', data: '{"message":"Only who is in control can change the size."}' });
  await host.say(state);
  await soon(async () => (await asked()).length).toBe(before + 1);
  await host.say(state);
  await page.setViewportSize({ width: 800, height: 640 });
  await soon(async () => (await asked()).at(-1)?.data).toMatchObject({ width: 800 });
  expect(await asked()).toHaveLength(before + 2);
});

test('[PY30] a chosen size is kept whatever the window does', async () => {
  await page.getByTestId('size').selectOption('1280x720');
  await play();
  await page.setViewportSize({ width: 700, height: 500 });
  await page.reload();
  await state('playing');
  expect(await host.heard('screen::resize')).toEqual([]);
  const joined = setup.site.calls.find(({ path }) => path.endsWith('/join'));
  expect(joined?.body).toEqual({ screen: { width: 1280, height: 720, fps: 60, density: 96 } });
});

test('[CL6] the answer asks for stereo sound', async () => {
  await play();
  await soon(() => host.answered()).toMatch(/^a=fmtp:111 .*stereo=1/m);
});

test('[PY2] sound plays after the click on start, and can be muted', async () => {
  await play();
  const muted = () => page.evaluate(() => document.querySelector('video')?.muted);
  expect(await muted()).toBe(false);
  expect(await page.getByTestId('sound').isVisible()).toBe(false);
  await page.getByTestId('mute').click();
  expect(await muted()).toBe(true);
  // The browser tells of the change with an event, a moment later.
  await soon(() => page.getByTestId('mute').textContent()).toBe('Unmute');
});

test('[PY3] a reload comes back to the same session', async () => {
  await play();
  await page.reload();
  await state('playing');
  expect(setup.site.calls.filter(({ path }) => path === `/1.0/sessions/${sessionId}/join`)).toHaveLength(1);
  expect(setup.site.calls.filter(({ method, path }) => method === 'POST' && path === '/1.0/sessions')).toHaveLength(1);
  expect(deleted()).toBe(0);
});

test('[PY7] where the browser lets nothing sound without a click, it plays muted and offers the click', async () => {
  const untouched = await page.context().newPage();
  await host.serve(untouched);
  await untouched.addInitScript((id) => sessionStorage.setItem('farpane.session', id), sessionId);
  await untouched.goto(`${setup.site.url}/#token=${token}`);
  const muted = () => untouched.evaluate(() => document.querySelector('video')?.muted);
  await soon(() => untouched.getByTestId('state').textContent()).toBe('Playing');
  await soon(muted).toBe(true);
  await untouched.getByTestId('sound').click();
  expect(await muted()).toBe(false);
  expect(await untouched.getByTestId('sound').isVisible()).toBe(false);
});

test('[PY4] the end button ends the session at the gateway, and a reload starts afresh', async () => {
  await play();
  await page.getByTestId('end').click();
  await state('ended');
  await soon(deleted).toBe(1);
  expect(await host.heard('stream::disconnect')).toHaveLength(1);
  await page.reload();
  await state('idle');
  expect(await page.getByTestId('start').isVisible()).toBe(true);
});

test('[PY5] the figures of the stream are shown when they are asked for, by a button or by keys, and after a reload', async () => {
  await play();
  const stats = page.getByTestId('stats');
  expect(await stats.isVisible()).toBe(false);
  await page.getByTestId('toggle-stats').click();
  const all = [/640 × 360/, /\d+ fps/, /VP8/, /[\d.]+ Mbit\/s/, /\d+ ms/, /\d+ ms/, /\d+ \([\d.]+ %\)/, /direct/];
  await soon(() => stats.locator('dd').allInnerTexts()).toEqual(all.map((value) => expect.stringMatching(value)));
  await page.reload();
  await state('playing');
  await soon(() => stats.isVisible()).toBe(true);
  await page.keyboard.press('Control+Alt+Shift+KeyS');
  expect(await stats.isVisible()).toBe(false);
  const keys = (await host.heard()).filter(({ type, data }) => type.startsWith('input::key') && data['code'] === 39);
  expect(keys).toEqual([]);
});

test('[PY6] a session that another client took over says so, and can be taken back', async () => {
  await play();
  host.sockets[0]?.send(JSON.stringify({ type: 'error', code: 5, message: 'Somebody joined.' }));
  host.sockets[0]?.close({ code: 4410, reason: 'replaced' });
  await state('ended');
  expect(await page.getByTestId('message').textContent()).toContain('open somewhere else');
  await page.getByTestId('retry').click();
  await state('playing');
});

test('[CL7] a host that hangs up without a word: how the session stands tells why', async () => {
  await play();
  setup.site.answer = gateway(({ method }) =>
    method === 'GET' ? { status: 200, metadata: shown('error', 'Doom has crashed.') } : undefined,
  );
  host.sockets[0]?.close();
  await host.hangUp();
  await state('failed');
  expect(await page.getByTestId('message').textContent()).toContain('Doom has crashed.');
});

test('[CL8] a socket that closes while the stream plays changes nothing', async () => {
  await play();
  host.sockets[0]?.close();
  await host.say({ type: 'hello', data: 1 });
  await page.waitForFunction(() => {
    const video = document.querySelector('video');
    return video !== null && video.currentTime > 1;
  });
  await state('playing');
});

test('[CL11] a stream that breaks off is joined again by itself', async () => {
  await play();
  // The host hangs up and nobody can say why: only the way is known to be lost.
  setup.site.answer = gateway(({ method }) => (method === 'GET' ? 'away' : undefined));
  await host.hangUp();
  await soon(() => setup.site.calls.some(({ path }) => path === `/1.0/sessions/${sessionId}/join`)).toBe(true);
  await state('playing');
  expect(host.sockets).toHaveLength(2);
  expect(deleted()).toBe(0);
});
