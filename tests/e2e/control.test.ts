import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { PenState } from '#shared/control/pen.ts';
import { heardOf, isDarkAt, play, sessionId, stateOf, watchIn } from './client.ts';
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

async function open(app: string, options: { dataChannels?: string[]; cursor?: boolean } = {}): Promise<void> {
  page = await world.newPage();
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
  const copied = async () => (await heardOf(page, 'clipboard::changed')).map(({ data }) => String(data));
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

test('[E63] the browser draws the pointer in the shape that the application gives it, and it is not in the picture', async () => {
  await open('copy', { cursor: true });
  const cursor = () => page.evaluate(() => getComputedStyle(document.querySelector('video') ?? document.body).cursor);
  const move = (x: number, y: number) =>
    page.evaluate((data) => globalThis.session.send({ type: 'input::mouse-move', data }), { x, y });
  /** The shape at a place, a moment after the pointer went there. */
  const shapeAt = async (left: number, top: number) => {
    await move(left, top);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return await cursor();
  };
  const [x, y] = [300, 200];
  let overText = '';
  // Beside the terminal, once that is there, is another one.
  await vi.waitFor(async () => {
    const beside = await shapeAt(1270, 710);
    overText = await shapeAt(x, y);
    expect(overText).toMatch(/^(image-set\()?url\("data:image\/png;base64,/);
    expect(overText).not.toBe(beside);
  }, within);
  await vi.waitFor(async () => {
    await move(x, y);
    expect(await cursor()).toBe(overText);
    expect(await isDarkAt(page, x, y)).toBe(false);
  }, within);
  // The browser takes it for a picture.
  const size = await page.evaluate(async (value) => {
    const image = new Image();
    image.src = /url\("([^"]+)"\)/.exec(value)?.[1] ?? '';
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, overText);
  expect(Math.min(...size)).toBeGreaterThan(4);
  // Who does not draw it finds it in the picture, which goes on.
  const draw = (on: boolean) => page.evaluate((data) => globalThis.session.send({ type: 'cursor::local', data }), { on });
  await draw(false);
  await vi.waitFor(async () => expect(await isDarkAt(page, x, y)).toBe(true), within);
  await draw(true);
  await vi.waitFor(async () => expect(await isDarkAt(page, x, y)).toBe(false), within);
});

/** A guest of the page's session, in a page of its own. */
async function watch(cursor: boolean): Promise<Page> {
  const { body } = await world.api('POST', `/1.0/sessions/${await sessionId(page)}/share`, { type: 'view' });
  const guest = await world.newPage();
  await watchIn(guest, body.metadata?.url ?? '', { cursor });
  await vi.waitFor(async () => expect(await stateOf(guest)).toBe('playing'), within);
  return guest;
}

test('[E64] a guest’s page shows the pointer where the owner moves it, and the picture is without it until one comes who does not draw it', async () => {
  await open('copy', { cursor: true });
  await using guest = await watch(true);
  const move = (x: number, y: number) =>
    page.evaluate((data) => globalThis.session.send({ type: 'input::mouse-move', data }), { x, y });
  /** Where in the picture the guest's page points; null: nowhere. The video shows it as large as it is. */
  const shown = () =>
    guest.evaluate(() => {
      const image = document.querySelector('img')?.getBoundingClientRect();
      const video = document.querySelector('video')?.getBoundingClientRect();
      const shape = globalThis.heard.findLast(({ type }) => type === 'cursor::remote-shape');
      const { hotX = 0, hotY = 0 } = JSON.parse(String(shape?.data ?? '{}'));
      if (image === undefined || video === undefined || image.width < 4) return null;
      return [image.x + hotX - video.x, image.y + hotY - video.y];
    });
  const nobodyHasItInThePicture = async (x: number, y: number): Promise<void> =>
    vi.waitFor(async () => {
      await move(x, y);
      expect(await shown()).toEqual([x, y]);
      expect([await isDarkAt(page, x, y), await isDarkAt(guest, x, y)]).toEqual([false, false]);
    }, within);
  await nobodyHasItInThePicture(300, 200);
  await nobodyHasItInThePicture(240, 260);
  const old = await watch(false);
  await vi.waitFor(async () => {
    expect(await shown()).toBeNull();
    for (const each of [page, guest, old]) expect(await isDarkAt(each, 240, 260)).toBe(true);
  }, within);
  await old.evaluate(() => globalThis.session.disconnect());
  await old.close();
  // Nobody has moved it meanwhile.
  await vi.waitFor(async () => {
    expect(await shown()).toEqual([240, 260]);
    expect([await isDarkAt(page, 240, 260), await isDarkAt(guest, 240, 260)]).toEqual([false, false]);
  }, within);
  await page.evaluate(() => globalThis.session.end());
  await vi.waitFor(async () => expect(await shown()).toBeNull(), within);
});

/** Opens the application that tells what touches and strokes it gets. @returns what it has told so far. */
async function openTouch(): Promise<() => Promise<string>> {
  await open('touch', { dataChannels: ['touches'] });
  await page.evaluate(() => {
    globalThis.touches = '';
    globalThis.onChannelMessage = ({ data }) => {
      globalThis.touches = `${globalThis.touches ?? ''}${data}`;
    };
  });
  return () => page.evaluate(() => globalThis.touches ?? '');
}

test('[E61] two fingers reach an application that takes touches, and its picture is seen', async () => {
  const told = await openTouch();
  const touch = (id: number, x: number, y: number) =>
    page.evaluate((data) => globalThis.session.send({ type: 'input::touch-start', data }), { id, x, y });
  const lift = (id: number) => page.evaluate((data) => globalThis.session.send({ type: 'input::touch-end', data }), { id });
  const begun = async () =>
    Array.from((await told()).matchAll(/\(TouchBegin\).*?root: ([\d.]+)\/([\d.]+)/gs), ([, x, y]) => [
      Math.round(Number(x)),
      Math.round(Number(y)),
    ]);
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

test('[E87] a pen reaches an application that takes touches with its pressure and tilt, and its eraser as one', async () => {
  const told = await openTouch();
  const devtools = await page.context().newCDPSession(page);
  const box = await page.locator('#v').boundingBox();
  if (box === null) throw new Error('The video has no box.');
  /** In the middle of the picture. */
  const pen = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', change: object) =>
    devtools.send('Input.dispatchMouseEvent', {
      ...{ type, x: box.x + box.width / 2, y: box.y + box.height / 2, pointerType: 'pen', button: 'left', ...change },
    });
  const eraser: PenState = {
    ...{ tool: 'eraser', x: 320, y: 180, down: true, barrel: false, pressure: 1, tiltX: -90, tiltY: 90, twist: 359 },
  };
  await vi.waitFor(async () => {
    const held = { buttons: 1, clickCount: 1, tiltX: 30, tiltY: -40, twist: 90 };
    await pen('mousePressed', { ...held, force: 0.25 });
    await pen('mouseMoved', { ...held, force: 0.75 });
    await pen('mouseReleased', { ...held, buttons: 0 });
    await page.evaluate((data) => globalThis.session.send({ type: 'input::pen', data }), eraser);
    await page.evaluate(() => globalThis.session.send({ type: 'input::pen-leave', data: {} }));
    const heard = async (event: string, ...inOrder: string[]) =>
      expect(await told()).toMatch(new RegExp([`\\(${event}\\)`, ...inOrder].join('(?:(?!EVENT).)*'), 's'));
    await heard('ButtonPress', 'detail: 1', 'root: 640.00/360.00', ' 2: 250.00', ' 3: 30.00', ' 4: -40.00', ' 5: 450.00');
    await heard('Motion', 'root: 640.00/360.00', ' 2: 750.00', ' 3: 30.00', ' 4: -40.00', ' 5: 450.00');
    await heard('Motion', 'root: 320.00/180.00', ' 2: 1000.00', ' 3: -90.00', ' 4: 90.00', ' 5: -5.00');
  }, within);
});
