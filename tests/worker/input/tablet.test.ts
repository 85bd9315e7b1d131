import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { built } from '#infra/config.ts';
import { ControlMessage } from '#shared/control.ts';
import { jsonLogger } from '#shared/log.ts';
import { testFolder } from '#tests/infra/support/folder.ts';
import { Application } from '#worker/application.ts';
import { findPenDriver } from '#worker/host/pen-driver.ts';
import { tabletMessage } from '#worker/input/tablet/message.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { type Touch, touchDisplay } from './touch-display.ts';

const soon = { timeout: 20_000, interval: 50 };

const upright = { tiltX: 0, tiltY: 0, twist: 0 };
const rest = { x: 320, y: 240, pressure: 0, ...upright } as const;

function pen({ input }: Touch, data: object | null): void {
  const message = ControlMessage.parse(data === null ? { type: 'input::pen-leave', data: {} } : { type: 'input::pen', data });
  if (message.type !== 'input::pen' && message.type !== 'input::pen-leave') throw new Error(message.type);
  input.handle(message);
}

/**
 * What an application hears of the pen and the eraser: `Motion pen 100 200 500 30 -40 450`, the place in pixels, then pressure, tilt and
 * rotation as the device tells them.
 */
async function listener(display: Touch): Promise<() => string[]> {
  const devices = new Map<string, string>();
  for (const [, name = '', id = ''] of (await display.devices()).matchAll(/↳ (pen|eraser)\s+id=(\d+)/g)) devices.set(id, name);
  expect(new Set(devices.values())).toEqual(new Set(['pen', 'eraser']));
  const events =
    /EVENT type \d+ \((Motion|ButtonPress|ButtonRelease)\)\n\s+device: (?!(\d+) \(\2\))\d+ \((\d+)\)(.*?)(?=EVENT|$)/gs;
  const seen = () =>
    Array.from(display.heard().matchAll(events), ([, type, , device = '', text = '']) => {
      const [, x, y] = /root: ([\d.]+)\/([\d.]+)/.exec(text) ?? [];
      const axes = [2, 3, 4, 5].map((axis) => Number(new RegExp(` ${axis}: ([-\\d.]+)`).exec(text)?.[1]));
      return [type, devices.get(device), Math.round(Number(x)), Math.round(Number(y)), ...axes].join(' ');
    });
  // It listens when it has said what devices there are.
  await vi.waitFor(() => {
    pen(display, { x: 1, y: 1, down: true });
    pen(display, null);
    expect(seen()).toContain('ButtonRelease pen 1 1 0 0 0 0');
  }, soon);
  // Then what came meanwhile is heard too.
  pen(display, { x: 2, y: 2, down: true });
  pen(display, null);
  await vi.waitFor(() => expect(seen()).toContain('ButtonRelease pen 2 2 0 0 0 0'), soon);
  display.forget();
  return seen;
}

test('[TS8] an application gets a pen and an eraser, with pressure, tilt and rotation, on a screen of any size', async () => {
  const display = await touchDisplay();
  const seen = await listener(display);
  const stroke = (x: number, y: number, change: object = {}) => pen(display, { x, y, down: true, pressure: 0.5, ...change });
  stroke(100, 200, { tiltX: 30, tiltY: -40, twist: 90 });
  stroke(320, 240, { pressure: 1, barrel: true, tiltX: -90, tiltY: 90, twist: 359 });
  stroke(50, 60, { tool: 'eraser', pressure: 0.25, tiltY: 5 });
  pen(display, null);
  await vi.waitFor(() => expect(seen()).toContain('ButtonRelease eraser 50 60 0 0 5 0'), soon);
  expect(seen()).toEqual([
    ...['Motion', 'ButtonPress'].map((type) => `${type} pen 100 200 500 30 -40 450`),
    ...['Motion', 'ButtonPress'].map((type) => `${type} pen 320 240 1000 -90 90 -5`),
    ...['ButtonRelease', 'ButtonRelease'].map((type) => `${type} pen 320 240 0 -90 90 -5`),
    ...['Motion', 'ButtonPress'].map((type) => `${type} eraser 50 60 250 0 5 0`),
    'ButtonRelease eraser 50 60 0 0 5 0',
  ]);
  await display.input.resize({ width: 320, height: 240 });
  stroke(300, 200);
  await vi.waitFor(() => expect(seen()).toContain('Motion pen 300 200 500 0 0 0'), soon);
});

test('[TS9] of a stroke no movement is lost or merged, however fast it comes', async () => {
  const display = await touchDisplay();
  const seen = await listener(display);
  const stroke = Array.from({ length: 600 }, (_, n) => ({ x: 20 + n, y: 300, tiltX: (n % 181) - 90 }));
  for (const { x, y, tiltX } of stroke) pen(display, { x, y, down: true, pressure: 0.5, tiltX });
  pen(display, null);
  await vi.waitFor(() => expect(seen().some((event) => event.startsWith('ButtonRelease'))).toBe(true), soon);
  const motions = seen().filter((event) => event.startsWith('Motion'));
  expect(motions).toEqual(stroke.map(({ x, y, tiltX }) => `Motion pen ${x} ${y} 500 ${tiltX} 0 0`));
});

test('[TS10] what is no message ends the connection, and the pen with it; who connects next goes on', async () => {
  const display = await touchDisplay();
  const seen = await listener(display);
  display.input.close();
  const path = display.display.devices?.tablet ?? '';
  const open = () => {
    const socket = connect(path);
    onTestFinished(() => void socket.destroy());
    return socket.resume();
  };
  const point = { tool: 'pen', ...rest } as const;
  const press = tabletMessage({ type: 'pen-button', button: 1, pressed: true, ...point }, { width: 640, height: 480 });
  const changed = (at: number, ...bytes: number[]) => Buffer.from(press.map((byte, n) => bytes[n - at] ?? byte));
  const wrong = {
    version: changed(0, 2),
    kind: changed(1, 0),
    'another kind': changed(1, 6),
    tool: changed(2, 2),
    'no button': changed(3, 0),
    button: changed(3, 4),
    'a button of a movement': changed(1, 1),
    x: changed(4, 0, 0, 16, 0),
    y: changed(8, 255, 255, 255, 255),
    pressure: changed(12, 233, 3),
    tilt: changed(14, 91, 0),
    'the other tilt': changed(16, 165, 255),
    rotation: changed(18, 133, 3),
    'what is left': changed(20, 1),
  };
  for (const [what, bytes] of Object.entries(wrong)) {
    const socket = open();
    socket.write(bytes);
    await vi.waitFor(() => expect(socket.closed, what).toBe(true), soon);
  }
  expect(seen()).toEqual([]);
  const first = open();
  first.write(press);
  await vi.waitFor(() => expect(seen()).toEqual(['ButtonPress pen 320 240 0 0 0 0']), soon);
  const second = open();
  second.write(tabletMessage({ type: 'pen', ...point, x: 100 }, { width: 640, height: 480 }));
  await once(second, 'connect');
  first.end(press.subarray(0, 5));
  await vi.waitFor(
    () =>
      expect(seen()).toEqual([
        'ButtonPress pen 320 240 0 0 0 0',
        'ButtonRelease pen 320 240 0 0 0 0',
        'Motion pen 100 240 0 0 0 0',
      ]),
    soon,
  );
});

test('[TS11] where the driver of pens is missing the host says so once, where it can’t be loaded the log does, and pens are the pointer', async () => {
  const told: string[] = [];
  const log = jsonLogger((line) => void told.push(line), 'warn');
  const application = (name: string, touch: boolean) => Application.parse({ name, command: 'true', touch });
  const applications = [application('plain', false), application('drawing', true)];
  expect(findPenDriver({ penDriver: built.penDriver, applications }, log)).toBe(built.penDriver);
  expect(findPenDriver({ penDriver: undefined, applications: applications.slice(0, 1) }, log)).toBeUndefined();
  expect(told).toEqual([]);
  const driver = join(await testFolder(), 'farpanepen_drv.so');
  expect(findPenDriver({ penDriver: driver, applications }, log)).toBeUndefined();
  expect(told.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ event: 'host.no-pen-driver', penDriver: driver, applications: ['drawing'] }),
  ]);
  await writeFile(driver, 'no driver');
  told.length = 0;
  const display = await touchDisplay({ penDriver: driver, log });
  expect(told.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ event: 'input.no-tablet' })]);
  expect(await display.devices()).toMatch(/↳ touch/);
  await vi.waitFor(() => {
    pen(display, { x: 100, y: 200, down: true, tiltX: 30 });
    pen(display, null);
    expect(display.heard()).toMatch(/\(ButtonRelease\)(?:(?!EVENT).)*detail: 1(?:(?!EVENT).)*root: 100.00\/200.00/s);
  }, soon);
});

/** Starts a program of this folder on the display; what it says so far. */
async function program(display: Touch, name: string): Promise<() => string> {
  const child = spawn(...endsWithUs('/usr/bin/python3', [join(import.meta.dirname, name)]), {
    env: { ...display.env, GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1', QT_QPA_PLATFORM: 'xcb' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill());
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  await vi.waitFor(() => expect(told).toContain('ready\n'), soon);
  return () => told;
}

test('[TS12] a program of GTK knows pen and eraser for what they are, and their pressure, tilt and rotation', async () => {
  const display = await touchDisplay();
  const told = await program(display, 'gtk-pen.py');
  await vi.waitFor(() => {
    pen(display, { x: 100, y: 200, down: true, pressure: 0.5, tiltX: 45, tiltY: -90, twist: 90 });
    pen(display, { x: 110, y: 200, down: true, pressure: 0.25, tiltX: -9, twist: 270, tool: 'eraser' });
    pen(display, null);
    expect(told()).toMatch(/^pen pen 0.500 0.500 -1.000 0.750$/m);
    expect(told()).toMatch(/^eraser eraser 0.250 -0.100 0.000 0.250$/m);
  }, soon);
});

test('[TS13] a program of Qt hears pen and eraser come and go, and their pressure, tilt and rotation', async () => {
  const display = await touchDisplay();
  const told = await program(display, 'qt-pen.py');
  for (const [tool, twist, turned] of [
    ['pen', 90, '90.0'],
    ['eraser', 270, '-90.0'],
  ] as const) {
    const held = { x: 100, y: 200, tool, tiltX: 85, tiltY: -90, twist };
    pen(display, { ...held, down: false });
    await vi.waitFor(() => expect(told()).toMatch(new RegExp(`^${tool} comes$`, 'm')), soon);
    await vi.waitFor(() => {
      pen(display, { ...held, down: true, pressure: 0.5 });
      pen(display, { ...held, x: 110, down: true, pressure: 0.75 });
      pen(display, { ...held, down: false });
      expect(told()).toContain(`${tool} press turns 0.50 85 -90 ${turned}\n`);
      expect(told()).toContain(`${tool} move turns 0.75 85 -90 ${turned}\n`);
    }, soon);
    expect(told()).not.toContain(`${tool} goes`);
    pen(display, null);
    await vi.waitFor(() => expect(told()).toMatch(new RegExp(`^${tool} goes$`, 'm')), soon);
  }
});
