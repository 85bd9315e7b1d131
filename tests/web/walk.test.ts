import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { token } from './support/gateway.ts';
import { BrowserHost } from './support/host.ts';
import { soon } from './support/soon.ts';
import { useSite } from './support/use-site.ts';

const setup = useSite();
let page: Page;
let host: BrowserHost;

async function open(options: BrowserContextOptions): Promise<void> {
  const context = await setup.browser.newContext(options);
  host = await BrowserHost.start(context, { width: 640, height: 360 });
  page = await context.newPage();
  await host.serve(page);
  await page.goto(`${setup.site.url}/#token=${token}`);
  await page.getByTestId('start').waitFor();
}
afterEach(() => page.context().close());

const state = (name: string) => soon(() => page.getByTestId('state').getAttribute('data-state')).toBe(name);
const isFocused = (id: string) => page.getByTestId(id).evaluate((element) => element === document.activeElement);
const isOutlined = (id: string) => page.getByTestId(id).evaluate((element) => getComputedStyle(element).outlineStyle === 'solid');
const barHeight = () => page.locator('header').evaluate((element) => element.clientHeight);
/** How much wider the page, or a part of it, is than the window. */
const excess = () =>
  page.evaluate(() => {
    const right = [...document.querySelectorAll('body *')].map((element) => element.getBoundingClientRect().right);
    return Math.max(...right, document.documentElement.scrollWidth) - innerWidth;
  });

test('[PY36] on a wide page the tools stand in one row above the picture', async () => {
  await open({ viewport: { width: 1280, height: 720 } });
  await page.getByTestId('start').click();
  await state('playing');
  const tops = await page
    .locator('#tools > :is(button, select):visible')
    .evaluateAll((tools) => tools.map((tool) => tool.getBoundingClientRect().top));
  expect(tops.length).toBeGreaterThan(5);
  expect(new Set(tops.map(Math.round)).size).toBe(1);
});

test('[PY36] on a phone nothing stands outside, a touch is told nothing of keys, and most of the screen is the picture’s', async () => {
  await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  expect(await excess()).toBeLessThanOrEqual(0);
  await page.getByTestId('start').tap();
  await state('playing');
  await page.getByTestId('toggle-stats').tap();
  await page.getByTestId('stats').waitFor();
  expect(await excess()).toBeLessThanOrEqual(0);
  expect(await page.getByTestId('hint').isVisible()).toBe(false);
  expect(await barHeight()).toBeLessThan(844 / 5);
  await page.setViewportSize({ width: 844, height: 390 });
  await soon(barHeight).toBeLessThan(390 / 5);
});

test('[PY37] a keyboard alone starts, leaves the picture and ends, and sees where it is', async () => {
  await open({ viewport: { width: 1280, height: 720 } });
  const ready = Promise.withResolvers<void>();
  host.ready = ready.promise;
  const order = ['app-picker', 'version', 'size', 'codec', 'start'];
  for (const id of order) {
    await page.keyboard.press('Tab');
    expect(await isFocused(id), id).toBe(true);
    expect(await isOutlined(id), id).toBe(true);
  }
  await page.keyboard.press('Enter');
  await state('signalling');
  await page.keyboard.press('Tab');
  expect(await isFocused('cancel')).toBe(true);
  ready.resolve();
  await state('playing');
  await page.keyboard.press('Control+Alt+Shift+KeyX');
  expect(await isFocused('mute')).toBe(true);
  expect(await isOutlined('mute')).toBe(true);
  await page.getByTestId('end').focus();
  await page.keyboard.press('Enter');
  await state('ended');
  expect(await isFocused('start')).toBe(true);
});

test('[PY38] whatever can be pressed or chosen has a name for those who hear the page', async () => {
  await open({ viewport: { width: 1280, height: 720 } });
  const named = async (role: 'button' | 'combobox', ...names: string[]) => {
    for (const name of names) expect(await page.getByRole(role, { name, exact: true }).isVisible(), name).toBe(true);
    expect(await page.getByRole(role).count(), role).toBe(names.length);
  };
  await named('combobox', 'Application', 'Version', 'Picture size', 'Codec');
  await named('button', 'Start', 'Use another token');
  await page.getByTestId('start').click();
  await state('playing');
  await named('combobox', 'Codec');
  await named('button', 'Share view', 'Share control', 'Mute', 'Lock mouse', 'Paste', 'Stats', 'Full screen', 'End');
});

test.each([
  ['that locks keys', true, 'Hold Esc to leave full screen.'],
  ['that locks none', false, 'Press Esc to leave full screen.'],
])('[PY39] a browser %s tells its way out of full screen', async (_, locks, words) => {
  await open({ viewport: { width: 1000, height: 640 } });
  if (!locks) {
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'keyboard', { value: undefined }));
    await page.reload();
  }
  await page.getByTestId('start').click();
  await state('playing');
  await page.getByTestId('fullscreen').click();
  await soon(() => page.getByTestId('hint').textContent()).toBe(words);
});
