import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Painter, startPainter } from '#tests/support/painter.ts';
import { startXvfb, type TestDisplay } from '#tests/support/xvfb.ts';
import { type Picture, type Pictures, watchPictures } from './pictures.ts';

interface Stage extends AsyncDisposable {
  display: TestDisplay;
  painter: Painter;
  /** Watches the display, with further properties of the element. */
  watch(properties?: string, caps?: string): Pictures;
}

const size = { width: 320, height: 240 };
const [white, black, red, green, blue] = [0xff_ff_ff, 0, 0xff_00_00, 0x00_ff_00, 0x00_00_ff];

/** A white display without a pointer in the way. */
async function openStage(without: string[] = []): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const display = stack.use(await startXvfb({ ...size, without }));
  const painter = stack.use(startPainter(display.name));
  await painter.fill(0, 0, size.width, size.height, white);
  await painter.point(300, 20);
  const owned = stack.move();
  const watch: Stage['watch'] = (properties = '', caps) =>
    owned.use(watchPictures(`xdamagesrc display-name=${display.name} ${properties}`.trim(), caps));
  return { display, painter, watch, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Whether a pixel has a colour, but for what is lost on the way there and back. */
function shows(picture: Picture, x: number, y: number, colour: number): boolean {
  const wanted = [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
  return picture.pixel(x, y).every((value, at) => Math.abs(value - (wanted[at] ?? 0)) <= 8);
}

test.each([
  ['NV12', 'bt709'],
  ['NV12', 'bt601'],
  ['I420', 'bt709'],
  ['I420', 'bt601'],
])('[XD1] what is drawn comes, in its colours: %s, %s', async (format, colorimetry) => {
  await using stage = await openStage();
  const { painter } = stage;
  const pictures = stage.watch('', `video/x-raw,format=${format},colorimetry=${colorimetry}`);
  await pictures.find((picture) => shows(picture, 160, 120, white));
  // Far from each other, so that each is read by itself; borders on odd pixels.
  const spots = [
    [11, 9, red],
    [201, 31, green],
    [31, 181, blue],
    [221, 201, black],
  ] as const;
  for (const [x, y, colour] of spots) {
    await painter.fill(x, y, 21, 17, colour);
    await pictures.find((picture) => shows(picture, x + 10, y + 8, colour));
  }
  const whole = await pictures.find((picture) => spots.every(([x, y, colour]) => shows(picture, x + 10, y + 8, colour)));
  for (const [x, y] of spots) {
    expect(shows(whole, x - 3, y + 8, white)).toBe(true);
    expect(shows(whole, x + 24, y + 8, white)).toBe(true);
    expect(shows(whole, x + 10, y - 3, white)).toBe(true);
    expect(shows(whole, x + 10, y + 20, white)).toBe(true);
  }
});

test('[XD2] a picture that stands still comes again, ever more seldom, and never ceases to', async () => {
  await using stage = await openStage();
  const pictures = stage.watch();
  await pictures.find(() => true);
  await delay(3000);
  // After 0.1, 0.3, 0.7, 1.5 and 2.5 s, and one that the start may take.
  expect(pictures.count()).toBeLessThanOrEqual(7);
  const before = pictures.count();
  let more = 0;
  await pictures.find(() => ++more > 1);
  expect(pictures.count()).toBeGreaterThan(before);
});

test('[XD3] what is drawn more often than the rate comes merged, and the last of it for sure', async () => {
  await using stage = await openStage();
  const { painter } = stage;
  const pictures = stage.watch('max-fps=10');
  await pictures.find(() => true);
  const [began, before] = [performance.now(), pictures.count()];
  for (let step = 0; step < 300; step++) {
    await painter.fill(100, 100, 50, 50, step % 2 === 0 ? red : black);
    await delay(4);
  }
  await painter.fill(100, 100, 50, 50, green);
  const seconds = (performance.now() - began) / 1000;
  // A little more than the rate is let through, and up to two at the start.
  expect(pictures.count() - before).toBeLessThanOrEqual(seconds * 10.6 + 2);
  await pictures.find((picture) => shows(picture, 125, 125, green));
});

test('[XD4] the picture follows the size of the screen while it runs, odd ones rounded down', async () => {
  await using stage = await openStage();
  const { painter } = stage;
  const pictures = stage.watch();
  await pictures.find((picture) => picture.width === 320);
  await painter.size(201, 151);
  await painter.fill(0, 0, 201, 151, blue);
  const small = await pictures.find((picture) => picture.width === 200 && shows(picture, 199, 149, blue));
  expect(small.height).toBe(150);
  await painter.size(320, 240);
  await painter.fill(210, 160, 110, 80, red);
  await pictures.find((picture) => picture.width === 320 && shows(picture, 319, 239, red));
});

/** Whether the pointer, which is black, has something on a white ground around a place. */
const pointerAt = (picture: Picture, x: number, y: number): boolean =>
  [-6, -4, -2, 0, 2, 4, 6].some((step) => picture.pixel(x + step, y + step)[1] < 128);

test('[XD5] the pointer is in the picture, goes where it goes, and leaves nothing behind', async () => {
  await using stage = await openStage();
  const { painter } = stage;
  const pictures = stage.watch();
  await painter.point(60, 60);
  await pictures.find((picture) => pointerAt(picture, 60, 60));
  await painter.point(200, 150);
  const moved = await pictures.find((picture) => pointerAt(picture, 200, 150));
  expect(pointerAt(moved, 60, 60)).toBe(false);
  // What is drawn below it comes out below it.
  await painter.fill(180, 130, 40, 40, 0xff_ff_00);
  const above = await pictures.find((picture) => shows(picture, 182, 132, 0xff_ff_00));
  expect(pointerAt(above, 200, 150)).toBe(true);
});

test('[XD5] a pointer that a program moves is found with the next picture', async () => {
  await using stage = await openStage();
  const pictures = stage.watch();
  await stage.painter.point(60, 60);
  await pictures.find((picture) => pointerAt(picture, 60, 60));
  await stage.painter.warp(200, 150);
  await pictures.find((picture) => pointerAt(picture, 200, 150) && !pointerAt(picture, 60, 60));
});

test('[XD5] without the pointer where nobody wants it', async () => {
  await using stage = await openStage();
  const { painter } = stage;
  const pictures = stage.watch('show-pointer=false');
  await painter.point(60, 60);
  await painter.fill(200, 100, 20, 20, red);
  const picture = await pictures.find((found) => shows(found, 210, 110, red));
  expect(pointerAt(picture, 60, 60)).toBe(false);
});

test('[XD6] a display that shares no memory is read through its socket', async () => {
  await using stage = await openStage(['MIT-SHM']);
  const pictures = stage.watch();
  await stage.painter.fill(11, 9, 100, 51, red);
  await pictures.find((picture) => shows(picture, 60, 30, red) && shows(picture, 200, 200, white));
});

test('[XD7] an application that draws a frame in two steps is captured after the second', async () => {
  await using stage = await openStage();
  const pictures = stage.watch('max-fps=30');
  const { painter } = stage;
  let torn = 0;
  let whole = 0;
  for (let step = 0; step < 80; step++) {
    const colour = step % 2 === 0 ? red : blue;
    await painter.fill(0, 40, 320, 160, colour);
    await painter.fill(0, 200, 320, 40, colour);
    await delay(40);
    const picture = await pictures.find(() => true);
    if (step < 20) continue;
    if (shows(picture, 160, 120, red) === shows(picture, 160, 220, red)) whole += 1;
    else torn += 1;
  }
  expect(whole).toBeGreaterThan(torn * 5);
});
