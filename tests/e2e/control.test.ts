import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { play, stateOf } from './client.ts';
import { applications } from './control-applications.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let page: Page;

beforeAll(async () => {
  world = await startWorld({ host: { applications } });
});
afterEach(async () => {
  await page?.evaluate(() => globalThis.session.end());
  await page?.close();
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

async function open(app: string, options: { dataChannels?: string[] } = {}): Promise<void> {
  page = await world.newPage();
  await page.evaluate(() => {
    globalThis.heard = [];
  });
  await play(page, { gateway: world.stack.url, token: world.token, app, ...options });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
}

test('[E60] a megabyte on a named channel reaches the application in its sandbox, and comes back', async () => {
  await open('echo', { dataChannels: ['echo'] });
  const same = await page.evaluate(async () => {
    const sent = crypto.getRandomValues(new Uint8Array(65_536));
    const came: Uint8Array[] = [];
    const all = Promise.withResolvers<void>();
    globalThis.onChannelMessage = ({ data }) => {
      came.push(new Uint8Array(data));
      if (came.length === 16) all.resolve();
    };
    for (let i = 0; i < 16; i += 1) {
      sent[0] = i;
      await globalThis.session.write('echo', sent);
    }
    await all.promise;
    return came.map(
      (message, i) =>
        message.length === sent.length && message[0] === i && message.every((byte, at) => at === 0 || byte === sent[at]),
    );
  });
  expect(same).toEqual(Array.from({ length: 16 }, () => true));
});

test('[E62] a German keyboard types what stands on its keys, and what the application copies comes back', async () => {
  await open('copy');
  await page.locator('#v').focus();
  const key = (code: string, value: string) =>
    page.evaluate(
      (init) => {
        const field = document.querySelector('textarea');
        for (const type of ['keydown', 'keyup']) field?.dispatchEvent(new KeyboardEvent(type, { ...init, cancelable: true }));
      },
      { code, key: value },
    );
  const copied = async () =>
    await page.evaluate(() =>
      (globalThis.heard ?? []).filter(({ type }) => type === 'clipboard::changed').map(({ data }) => String(data)),
    );
  await vi.waitFor(async () => {
    for (const [code, value] of [
      ['KeyY', 'z'],
      ['BracketLeft', 'ü'],
      ['KeyQ', '@'],
      ['Digit1', '漢'],
    ] as const) {
      await key(code, value);
    }
    await key('Enter', 'Enter');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await copied()).at(-1)).toBe('{"text":"zü@漢","more":false}');
  }, within);
});

test('[E61] two fingers reach an application that takes touches, and its picture is seen', async () => {
  await open('touch', { dataChannels: ['touches'] });
  await page.evaluate(() => {
    globalThis.touches = '';
    globalThis.onChannelMessage = ({ data }) => {
      globalThis.touches = `${globalThis.touches ?? ''}${data}`;
    };
  });
  const touch = (id: number, x: number, y: number) =>
    page.evaluate((data) => globalThis.session.send({ type: 'input::touch-start', data }), { id, x, y });
  const lift = (id: number) => page.evaluate((data) => globalThis.session.send({ type: 'input::touch-end', data }), { id });
  const begun = async () =>
    Array.from(
      (await page.evaluate(() => globalThis.touches ?? '')).matchAll(/\(TouchBegin\).*?root: ([\d.]+)\/([\d.]+)/gs),
      ([, x, y]) => [Math.round(Number(x)), Math.round(Number(y))],
    );
  await vi.waitFor(async () => {
    await touch(0, 100, 200);
    await touch(1, 640, 360);
    await lift(0);
    await lift(1);
    const places = await begun();
    expect(places).toContainEqual([100, 200]);
    expect(places).toContainEqual([640, 360]);
  }, within);
  expect(await page.evaluate(() => document.querySelector('video')?.videoWidth)).toBe(1280);
});
