import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import type { AccountStack } from '#tests/support/account-stack.ts';
import { Firefox } from '#tests/support/firefox.ts';
import type { FirefoxPage } from '#tests/support/firefox-page.ts';
import { type Timecode, timecodeReaderSource } from '#tests/support/timecode.ts';
import { startLocalWorld } from './local-world.ts';

let world: AccountStack;
let firefox: Firefox;
let page: FirefoxPage;

beforeAll(async () => {
  world = await startLocalWorld();
  firefox = await Firefox.open();
  page = firefox.page;
});
afterEach(() => expect(page.complaints).toEqual([]));
afterAll(async () => {
  await firefox?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const within = { timeout: 30_000, interval: 100 };
const Code = z.custom<Timecode>((value) => typeof value === 'object' && value !== null && 'tag' in value).nullable();

const state = async () => await page.evaluate(`document.getElementById('state').dataset.state`);
const timecode = async () =>
  decode(Code, await page.evaluate(`globalThis.timecode.read(document.getElementById('video'))`), 'time code');
const shows = (code: Partial<Timecode>) => vi.waitFor(async () => expect(await timecode()).toMatchObject(code), within);

test('[IO8] at the address that npm start prints a person chooses an application, starts it and types', async () => {
  await page.goto(`${world.stack.url}/#token=${world.token}`);
  await page.evaluate(`(() => { ${timecodeReaderSource} })()`);
  await vi.waitFor(async () => expect(await page.evaluate(`document.getElementById('app').value`)).not.toBe(''), within);
  await page.evaluate(`void (document.getElementById('app').value = 'timecode')`);
  await page.click('#start');
  await shows({ tag: 7 });
  expect(await state()).toBe('playing');
  await page.click('#video');
  await shows({ inputs: 1, lastCode: 1 });
  // The key A: X11's key code is evdev's 30 + 8.
  await page.type('a');
  await shows({ inputs: 2, lastCode: 38 });
  // Else Firefox lays a button of its own over the picture.
  expect(await page.evaluate(`document.getElementById('video').hasAttribute('disablepictureinpicture')`)).toBe(true);
});

test('[IO9] a reload comes back to the same application, and another codec leaves the last picture until it is there', async () => {
  await page.reload();
  await page.evaluate(`(() => { ${timecodeReaderSource} })()`);
  await shows({ tag: 7, inputs: 2, lastCode: 38 });
  await page.evaluate(`(() => {
    const video = document.getElementById('video');
    globalThis.posters = [];
    new MutationObserver(() => globalThis.posters.push(video.poster.slice(0, 15))).observe(video, { attributeFilter: ['poster'] });
    const codec = document.getElementById('live-codec');
    codec.value = 'VP9';
    codec.dispatchEvent(new Event('change'));
  })()`);
  const codec = async () => await page.evaluate('globalThis.farpane.stats().then((stats) => stats?.codec ?? null)');
  await vi.waitFor(async () => expect(await codec()).toBe('VP9'), within);
  await shows({ tag: 7, inputs: 2 });
  // It was there, and has gone.
  expect(await page.evaluate('globalThis.posters')).toEqual(['data:image/jpeg', '']);
});
