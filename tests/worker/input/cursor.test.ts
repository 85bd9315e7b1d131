import { setTimeout as delay } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { expect, vi } from 'vitest';
import type { CursorPlace } from '#shared/control/cursor.ts';
import { jsonLogger } from '#shared/log.ts';
import { startPainter } from '#tests/support/painter.ts';
import { test } from '#tests/worker/instance/support.ts';
import { type Cursor, readCursor } from '#worker/input/cursor/cursor.ts';
import { encodePng } from '#worker/input/cursor/png.ts';
import { openInput } from '#worker/input/input.ts';
import { touchDisplay } from './touch-display.ts';

const log = jsonLogger(() => undefined, 'error');
const soon = { timeout: 20_000, interval: 50 };

/** The pixels of a PNG that has one IDAT chunk and no filters, as this project writes them: red, green, blue and alpha of each. */
function pixelsOf(png: Buffer): number[][] {
  const width = png.readUInt32BE(16);
  const lines = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
  const bytes = Array.from(lines).filter((_, at) => at % (width * 4 + 1) !== 0);
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.slice(at * 4, at * 4 + 4));
}

test('[CU1] the shape that an application gives the pointer is told, with its hot spot, and each that follows', async ({
  start,
}) => {
  const { instance } = await start({});
  const { display } = instance;
  await using painter = startPainter(display.name, display.authority);
  const input = await openInput({ display, log });
  const seen: Cursor[] = [];
  const last = () => seen.at(-1);
  try {
    await painter.cursor([20, 10], [3, 4], 0xff_80_00);
    input.watchCursor((cursor) => seen.push(cursor));
    // The one that was there before anybody looked.
    await vi.waitFor(() => expect(last()).toMatchObject({ width: 20, height: 10, hotX: 3, hotY: 4 }), soon);
    expect(pixelsOf(last()?.png ?? Buffer.alloc(0))).toEqual(Array.from({ length: 200 }, () => [255, 128, 0, 255]));
    await painter.cursor([16, 16], [8, 8], 0x00_00_ff);
    await vi.waitFor(() => expect(last()).toMatchObject({ width: 16, hotX: 8 }), soon);
    expect(pixelsOf(last()?.png ?? Buffer.alloc(0))[0]).toEqual([0, 0, 255, 255]);
    // One that lets all through.
    await painter.cursor([16, 16], [0, 0], 0);
    await vi.waitFor(() => expect(last()).toBeNull(), soon);
    await painter.cursor([8, 8], [1, 1], 0xff_ff_ff);
    await vi.waitFor(() => expect(last()).toMatchObject({ width: 8, height: 8 }), soon);
  } finally {
    input.close();
  }
});

test('[CU8] the pointer’s place is told when it has moved, whoever moved it, and nothing while it stays', async ({ start }) => {
  const { instance } = await start({});
  const { display } = instance;
  await using painter = startPainter(display.name, display.authority);
  const input = await openInput({ display, log });
  const places: CursorPlace[] = [];
  const last = () => places.at(-1);
  try {
    await painter.point(50, 60);
    const stop = input.followPointer((place) => places.push(place));
    // That of before.
    await vi.waitFor(() => expect(places).toEqual([{ x: 50, y: 60, width: 640, height: 480 }]), soon);
    // A client moves it, and a program of the display’s.
    input.handle({ type: 'input::mouse-move', data: { x: 100, y: 200, rx: 0, ry: 0 } });
    await vi.waitFor(() => expect(last()).toMatchObject({ x: 100, y: 200 }), soon);
    await painter.point(7, 8);
    await vi.waitFor(() => expect(last()).toMatchObject({ x: 7, y: 8 }), soon);
    // As a program does that answers its user: nothing tells of it. A machine that is busy may be late with that.
    await vi.waitFor(async () => {
      for (const pressed of [true, false]) input.handle({ type: 'input::key', data: { code: 4, pressed } });
      await painter.warp(300, 301);
      await delay(200);
      expect(last()).toMatchObject({ x: 300, y: 301 });
    }, soon);
    // Many moves are few places, of which the last is the last.
    const before = { places: places.length, atMs: performance.now() };
    for (let x = 0; x < 300; x += 1) input.handle({ type: 'input::mouse-move', data: { x, y: 10, rx: 0, ry: 0 } });
    await vi.waitFor(() => expect(last()).toMatchObject({ x: 299, y: 10 }), soon);
    expect(places.length - before.places).toBeLessThanOrEqual((performance.now() - before.atMs) / 15 + 2);
    await input.resize({ width: 320, height: 240 });
    await vi.waitFor(() => expect(last()).toMatchObject({ width: 320, height: 240 }), soon);
    stop();
    const at = places.length;
    await painter.point(1, 2);
    input.followPointer((place) => places.push(place));
    await vi.waitFor(() => expect(last()).toMatchObject({ x: 1, y: 2 }), soon);
    expect(places.length).toBe(at + 1);
  } finally {
    input.close();
  }
});

test('[CU8] a pen on a tablet of its own moves the pointer, and so does a finger', async () => {
  const { input } = await touchDisplay();
  const places: CursorPlace[] = [];
  const stop = input.followPointer((place) => places.push(place));
  const hover = { tool: 'pen', down: false, barrel: false, pressure: 0, tiltX: 0, tiltY: 0, twist: 0 } as const;
  input.handle({ type: 'input::pen', data: { ...hover, x: 320, y: 180 } });
  await vi.waitFor(() => expect(places.at(-1)).toMatchObject({ x: 320, y: 180 }), soon);
  input.handle({ type: 'input::pen-leave', data: {} });
  input.handle({ type: 'input::touch-start', data: { id: 0, x: 100, y: 200 } });
  await vi.waitFor(() => expect(places.at(-1)).toMatchObject({ x: 100, y: 200 }), soon);
  input.handle({ type: 'input::touch-move', data: { id: 0, x: 110, y: 210 } });
  await vi.waitFor(() => expect(places.at(-1)).toMatchObject({ x: 110, y: 210 }), soon);
  input.handle({ type: 'input::touch-end', data: { id: 0, last: true } });
  stop();
});

test('[CU2] colours come out of the shade that they were multiplied with', () => {
  const cursorImage = Buffer.alloc(8);
  // Half of full red, and nothing.
  cursorImage.writeUInt32LE(0x80_80_00_00, 0);
  const cursor = readCursor({ width: 2, height: 1, xhot: 0, yhot: 0, cursorImage });
  expect(pixelsOf(cursor?.png ?? Buffer.alloc(0))).toEqual([
    [255, 0, 0, 128],
    [0, 0, 0, 0],
  ]);
});

test('[CU2] what is written is a PNG, byte for byte', () => {
  const png = encodePng(1, 1, Buffer.from([1, 2, 3, 4]));
  // IEND, with its sum, is the same in every PNG.
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
  expect(pixelsOf(png)).toEqual([[1, 2, 3, 4]]);
});
