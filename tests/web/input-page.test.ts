import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { tiltOf } from '#web/client/input/tilt.ts';
import type { BrowserHost } from './support/host.ts';
import { soon } from './support/soon.ts';
import { usePlayer } from './support/use-player.ts';

const player = usePlayer({ viewport: { width: 1000, height: 800 }, hasTouch: true });
let page: Page;
let host: BrowserHost;

beforeEach(async () => {
  ({ page, host } = player);
  await player.play();
  await player.showsPicture();
});

/** Where a pixel of the picture lies on the page: 640 by 360, as wide as the window, bars above and below. */
async function at(x: number, y: number): Promise<[number, number]> {
  const box = await page.getByTestId('video').boundingBox();
  if (box === null) throw new Error('The video has no box.');
  const scale = box.width / 640;
  return [box.x + x * scale, box.y + (box.height - 360 * scale) / 2 + y * scale];
}

const heard = (type: string) => soon(async () => (await host.heard(type)).map(({ data }) => data));
const last = async (type: string) => (await host.heard(type)).at(-1)?.data;

test('[CL1] the mouse tells pixels of the video, past the bars that the window leaves', async () => {
  await page.mouse.move(...(await at(320, 180)));
  await soon(() => last('input::mouse-move')).toMatchObject({ x: 320, y: 180 });
  const box = await page.getByTestId('video').boundingBox();
  await page.mouse.move(1, (box?.y ?? 0) + 2);
  await soon(() => last('input::mouse-move')).toMatchObject({ y: 0 });
});

test('[CL2] buttons go down and up where the pointer is, and a drag may leave the picture', async () => {
  await page.mouse.move(...(await at(100, 50)));
  await page.mouse.down({ button: 'right' });
  await page.mouse.down({ button: 'left' });
  await page.mouse.move(5, 5);
  await page.mouse.up({ button: 'left' });
  await page.mouse.up({ button: 'right' });
  await heard('input::mouse-button').toEqual([
    { button: 3, pressed: true },
    { button: 1, pressed: true },
    { button: 1, pressed: false },
    { button: 3, pressed: false },
  ]);
});

test('[CL3] the wheel tells what it is turned by, up is positive', async () => {
  await page.mouse.move(...(await at(100, 50)));
  // Playwright turns by a notch, however many pixels that is.
  await page.mouse.wheel(0, 120);
  await page.mouse.wheel(0, -240);
  await page.mouse.wheel(30, 0);
  await heard('input::mouse-wheel').toEqual([
    { x: 0, y: -1 },
    { x: 0, y: 1 },
    { x: -1, y: 0 },
  ]);
});

test('[CL4] a finger touches, and is no mouse', async () => {
  await page.touchscreen.tap(...(await at(64, 36)));
  await heard('input::touch-end').toEqual([{ id: 0, last: true }]);
  expect(await host.heard('input::touch-start')).toMatchObject([{ data: { id: 0 } }]);
  expect(await host.heard('input::mouse-button')).toEqual([]);
});

test('[CL35] a pen tells its place, pressure, tilt and buttons, hovers, leaves, and is neither finger nor mouse', async () => {
  const devtools = await page.context().newCDPSession(page);
  const pen = async (type: string, place: [number, number], change: object = {}) => {
    const [x, y] = await at(...place);
    const how = { type, x, y, pointerType: 'pen', button: 'none', buttons: 0, ...change };
    await devtools.send('Input.dispatchMouseEvent', how as Parameters<typeof devtools.send<'Input.dispatchMouseEvent'>>[1]);
  };
  const tip = { button: 'left', buttons: 1, clickCount: 1, force: 0.5, tiltX: 30, tiltY: -40, twist: 90 };
  await pen('mouseMoved', [64, 36]);
  await pen('mousePressed', [64, 36], tip);
  await pen('mouseMoved', [100, 50], { ...tip, force: 0.75 });
  await pen('mouseReleased', [100, 50], { ...tip, buttons: 0, force: 0 });
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await soon(() => host.heard('input::pen-leave')).toHaveLength(1);
  const heardOf = (await host.heard('input::pen')).map(({ data }) => data);
  expect(heardOf).toEqual([
    expect.objectContaining({ x: 64, y: 36, down: false, pressure: 0, tool: 'pen' }),
    expect.objectContaining({ x: 64, y: 36, down: true, pressure: 0.5, tiltX: 30, tiltY: -40, twist: 90 }),
    expect.objectContaining({ x: 100, y: 50, down: true, pressure: 0.75 }),
    expect.objectContaining({ x: 100, y: 50, down: false, pressure: 0 }),
  ]);
  for (const other of ['input::mouse-move', 'input::mouse-button', 'input::touch-start'])
    expect(await host.heard(other)).toEqual([]);
});

test('[CL41] where only a pen’s angles are told its tilt is what Chromium makes of them', async () => {
  const angles = Array.from({ length: 19 * 24 }, (_, n) => ({
    altitudeAngle: ((n % 19) * Math.PI) / 36,
    azimuthAngle: (Math.floor(n / 19) * Math.PI) / 12,
  }));
  const theirs = await page.evaluate(
    (all) =>
      all.map((each) => {
        const { tiltX, tiltY } = new PointerEvent('pointermove', { pointerType: 'pen', ...each });
        return { tiltX, tiltY };
      }),
    angles,
  );
  const ours = angles.map((each) => tiltOf({ tiltX: 0, tiltY: 0, ...each }));
  expect(ours).toEqual(theirs);
});

test('[KB1] keys go to the application while the picture has the focus, Tab among them', async () => {
  await page.keyboard.press('Tab');
  await page.keyboard.press('KeyA');
  await heard('input::key').toEqual([
    { code: 43, pressed: true },
    { code: 43, pressed: false },
    { code: 4, pressed: true },
    { code: 4, pressed: false },
  ]);
});

test('[KB2] what is held is let go when the focus goes, by Ctrl+Alt+Shift+X too', async () => {
  await page.keyboard.down('KeyW');
  for (const key of ['Control', 'Alt', 'Shift', 'KeyX']) await page.keyboard.down(key);
  await soon(async () => (await host.heard('input::key')).filter(({ data }) => data['pressed'] === false).length).toBe(4);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('mute');
  expect((await host.heard('input::key')).some(({ data }) => data['code'] === 27)).toBe(false);
});

test('[KB3] keys stay with the browser while the picture has no focus', async () => {
  await page.getByTestId('mute').focus();
  await page.keyboard.press('KeyA');
  await page.getByTestId('video').focus();
  await page.keyboard.press('KeyB');
  await heard('input::key').toEqual([
    { code: 5, pressed: true },
    { code: 5, pressed: false },
  ]);
});

const text = (type: number, words: string) => ({ type, data: { text: words } });

test('[KB13] what an input method composes is told when it is final', async () => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
  await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  await devtools.send('Input.insertText', { text: '日本' });
  await devtools.send('Input.insertText', { text: '😀' });
  await heard('input::ime-event').toEqual([text(1, '日本'), text(1, '😀')]);
  await page.keyboard.press('KeyA');
  await heard('input::key').toHaveLength(2);
});

test('[KB14] with the keyboard of the screen, text is told as it is composed, and what is taken back too', async () => {
  await page.evaluate(() => document.getElementById('keyboard')?.click());
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Input.imeSetComposition', { text: 'he', selectionStart: 2, selectionEnd: 2 });
  await devtools.send('Input.imeSetComposition', { text: 'hey', selectionStart: 3, selectionEnd: 3 });
  await devtools.send('Input.insertText', { text: 'hey' });
  await heard('input::ime-event').toEqual([text(4, 'he'), text(4, 'hey'), text(1, 'hey')]);
  const edits = [
    ['deleteContentBackward', 67],
    ['deleteContentForward', 112],
  ] as const;
  for (const [inputType, code] of edits) {
    await page.evaluate((type) => {
      const event = new InputEvent('beforeinput', { inputType: type, cancelable: true });
      document.querySelector('textarea')?.dispatchEvent(event);
    }, inputType);
    await soon(() => last('input::ime-event')).toEqual({ type: 2, data: { code } });
  }
  await page.evaluate(() =>
    document
      .querySelector('textarea')
      ?.dispatchEvent(new InputEvent('beforeinput', { inputType: 'insertLineBreak', cancelable: true })),
  );
  await heard('input::key').toEqual([
    { code: 40, pressed: true },
    { code: 40, pressed: false },
  ]);
});

test('[KB15] what is pasted is the application’s before the key that pastes it', async () => {
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'pasted');
    document.querySelector('textarea')?.addEventListener(
      'keydown',
      () => {
        // As the browser does for these keys, behind the event.
        const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        queueMicrotask(() => document.querySelector('textarea')?.dispatchEvent(paste));
      },
      { once: true },
    );
  });
  await page.keyboard.down('Control');
  await page.keyboard.press('KeyV');
  await page.keyboard.up('Control');
  await heard('clipboard::set').toEqual([{ text: 'pasted', more: false }]);
  await soon(async () => (await host.heard('input::key')).length).toBe(4);
  const order = (await host.heard()).map(({ type, data }) => (type === 'input::key' ? data['code'] : type));
  expect(order.indexOf('clipboard::set')).toBeLessThan(order.indexOf(25));
});

test('[CB7] what the application copies is in the clipboard of the page, or waits for a click', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await host.say({ type: 'clipboard::changed', data: JSON.stringify({ text: 'copied' }) });
  await soon(() => page.evaluate(() => navigator.clipboard.readText())).toBe('copied');
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  await page.getByTestId('paste').click();
  await heard('clipboard::set').toEqual([{ text: 'mine', more: false }]);
  // A browser that allows nothing without a click.
  await page.evaluate(() => {
    const refuse = () => Promise.reject(new Error('no'));
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: refuse }, configurable: true });
    Object.defineProperty(navigator, 'userActivation', { value: { isActive: false }, configurable: true });
  });
  await host.say({ type: 'clipboard::changed', data: JSON.stringify({ text: 'again' }) });
  await page.getByTestId('copy').waitFor();
  await page.evaluate(() => Object.defineProperty(navigator, 'userActivation', { value: { isActive: true } }));
  await page.getByTestId('copy').click();
  await page.getByTestId('copy').waitFor({ state: 'hidden' });
});
