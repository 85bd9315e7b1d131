import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { type Started, test } from '#tests/worker/instance/support.ts';
import { openConnection } from '#worker/input/connection.ts';
import { withDots } from '#worker/input/dots.ts';
import { type Input, openInput } from '#worker/input/input.ts';
import { openBase } from '#worker/instance/base.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

const run = promisify(execFile);
const log = jsonLogger(() => undefined, 'error');

/** What has a display. */
type On = { instance: Pick<Started['instance'], 'display'> };

/** What a client of X sees of the display, by a program of its own. */
async function seen({ instance }: On, program: string, ...words: string[]): Promise<string> {
  const env = { PATH: '/usr/bin:/bin', DISPLAY: instance.display.name, XAUTHORITY: instance.display.authority };
  return (await run(program, words, { env })).stdout;
}
const screenOf = async (started: Started): Promise<string | undefined> =>
  /dimensions:\s+(\S+) pixels/.exec(await seen(started, 'xdpyinfo'))?.[1];

/** The geometry of a top-level window, as xwininfo(1) has it: `WIDTHxHEIGHT+X+Y`. */
async function windowOf(started: On, name: string): Promise<string | undefined> {
  const tree = await seen(started, 'xwininfo', '-root', '-tree').catch(() => '');
  const line = tree.split('\n').find((each) => each.includes(`"${name}"`));
  return /\s(\d+x\d+)[+-]\S+\s+([+-]\d+[+-]\d+)$/
    .exec(line ?? '')
    ?.slice(1)
    .join('');
}

const fail = (error: Error): void => {
  throw error;
};

const within = { timeout: 10_000, interval: 50 };

async function withInput(started: Started, work: (input: Input) => Promise<void>): Promise<void> {
  const input = await openInput({ display: started.instance.display, log });
  try {
    await work(input);
  } finally {
    input.close();
  }
}

test('[IP10] a display changes its size while it runs, up to that which it was started with', async ({ start }) => {
  const started = await start({});
  await withInput(started, async (input) => {
    for (const [width, height] of [
      [320, 240],
      [640, 200],
      [200, 480],
      [640, 480],
      [638, 478],
    ] as const) {
      await input.resize({ width, height });
      expect(await screenOf(started)).toBe(`${width}x${height}`);
    }
    await expect(input.resize({ width: 1280, height: 720 })).rejects.toThrow(/1280 by 720/);
    expect(await screenOf(started)).toBe('638x478');
    await input.resize({ width: 640, height: 480 });
    // The pointer stays within.
    input.handle({ type: 'input::mouse-move', data: { x: 600, y: 400, rx: 0, ry: 0 } });
    await input.resize({ width: 320, height: 240 });
    input.handle({ type: 'input::mouse-move', data: { x: 600, y: 400, rx: 0, ry: 0 } });
    expect(await screenOf(started)).toBe('320x240');
  });
});

test('[IP11] windows move along: one that fills the screen fills the new one, another keeps to its edge', async ({ start }) => {
  const script = 'xclock -bw 0 -geometry 640x480+0+0 -title full & exec xclock -bw 0 -geometry 100x100-10-10 -title corner';
  const started = await start({ command: 'sh', arguments: ['-c', script] });
  await vi.waitFor(async () => expect(await windowOf(started, 'corner')).toBe('100x100+530+370'), within);
  await vi.waitFor(async () => expect(await windowOf(started, 'full')).toBe('640x480+0+0'), within);
  await withInput(started, async (input) => {
    await input.resize({ width: 400, height: 300 });
    await vi.waitFor(async () => expect(await windowOf(started, 'full')).toBe('400x300+0+0'), within);
    await vi.waitFor(async () => expect(await windowOf(started, 'corner')).toBe('100x100+290+190'), within);
    await input.resize({ width: 640, height: 480 });
    await vi.waitFor(async () => expect(await windowOf(started, 'full')).toBe('640x480+0+0'), within);
    await vi.waitFor(async () => expect(await windowOf(started, 'corner')).toBe('100x100+530+370'), within);
  });
});

test('[IP13] of a display’s resources the dots an inch are one line, and every other stays as it is', () => {
  const others = '*font:\tfixed\nXft.dpi.not:\t1\n! Xft.dpi as a comment\nxterm*geometry: 80x24';
  const told = withDots(others, 120);
  expect(told).toBe(`${others}\nXft.dpi:\t120\n`);
  expect(withDots(`Xft.dpi : 75\n${told}`, 240)).toBe(`${others}\nXft.dpi:\t240\n`);
  expect(withDots(told, null)).toBe(`${others}\n`);
  expect([withDots('', 96), withDots('', null)]).toEqual(['Xft.dpi:\t96\n', '']);
});

for (const touch of [false, true]) {
  test(`[IP13] a display tells its programs how many dots an inch has, from ${touch ? 'Xorg' : 'Xvfb'}`, async () => {
    const base = await openBase({ screen: { width: 960, height: 480 }, sound: false, touch, log });
    onTestFinished(() => base.close());
    const display = { instance: base };
    const input = await openInput({ display: base.display, log });
    onTestFinished(() => input.close());
    const dots = async () => {
      const [, size, inch] = /dimensions:\s+(.*)\n\s+resolution:\s+(\S+)/.exec(await seen(display, 'xdpyinfo')) ?? [];
      return `${size}, ${inch}`;
    };
    const resources = async () => /"(.*)"/.exec(await seen(display, 'xprop', '-root', 'RESOURCE_MANAGER'))?.[1] ?? '';

    await input.resize({ width: 640, height: 480 });
    expect(await dots()).toBe('640x480 pixels (169x127 millimeters), 96x96');
    expect(await resources()).toBe('');
    await input.resize({ width: 640, height: 480, dotsPerInch: 240 });
    expect(await dots()).toBe('640x480 pixels (68x51 millimeters), 239x239');
    expect(await resources()).toBe('Xft.dpi:\\t240\\n');

    // What a program has put there stays.
    const { client, root, close } = await openConnection({ display: base.display, onLost: fail, onRefused: fail });
    onTestFinished(close);
    client.ChangeProperty(2, root, 23, 31, 8, Buffer.from('*mine:\tstays\n'));
    await vi.waitFor(async () => expect(await resources()).toContain('mine'), within);
    await input.resize({ width: 320, height: 240, dotsPerInch: 120 });
    expect(await dots()).toBe('320x240 pixels (68x51 millimeters), 120x120');
    expect(await resources()).toBe('*mine:\\tstays\\nXft.dpi:\\t120\\n');
    await input.resize({ width: 640, height: 480 });
    expect(await dots()).toBe('640x480 pixels (135x102 millimeters), 120x120');

    // A size that is refused takes its dots back.
    await expect(input.resize({ width: 3840, height: 2160, dotsPerInch: 72 })).rejects.toThrow(/3840 by 2160/);
    expect(await dots()).toBe('640x480 pixels (135x102 millimeters), 120x120');
    expect(await resources()).toBe('*mine:\\tstays\\nXft.dpi:\\t120\\n');

    // What a request can't carry is not cut short.
    for (const _ of [1, 2, 3]) client.ChangeProperty(2, root, 23, 31, 8, Buffer.from(`*x: ${'y'.repeat(99_994)}\n`));
    await vi.waitFor(async () => expect((await resources()).length).toBeGreaterThan(299_000), within);
    await expect(input.resize({ width: 640, height: 480, dotsPerInch: 96 })).rejects.toThrow(/too large to be changed/);
    await input.resize({ width: 320, height: 240 });
    expect(await dots()).toBe('320x240 pixels (68x51 millimeters), 120x120');
  });
}

test('[IP13] text is as large as the dots say', async () => {
  const base = await openBase({ screen: { width: 1280, height: 960 }, sound: false, log });
  onTestFinished(() => base.close());
  const input = await openInput({ display: base.display, log });
  onTestFinished(() => input.close());
  /** The width in pixels of a terminal that is twenty letters wide. */
  const widthOf = async (title: string): Promise<number> => {
    const env = { PATH: '/usr/bin:/bin', DISPLAY: base.display.name, XAUTHORITY: base.display.authority };
    const words = ['-title', title, ...'-fa Monospace -fs 10 -geometry 20x5+0+0 +sb -b 0 -e sleep 60'.split(' ')];
    const terminal = spawn(...endsWithUs('/usr/bin/xterm', words), { env, stdio: 'ignore' });
    onTestFinished(() => void terminal.kill());
    const width = async () => Number.parseInt((await windowOf({ instance: base }, title)) ?? '0', 10);
    // It is a pixel wide until it knows its text.
    await vi.waitFor(async () => expect(await width()).toBeGreaterThan(20), within);
    return await width();
  };
  await input.resize({ width: 1280, height: 960, dotsPerInch: 96 });
  const usual = await widthOf('usual');
  await input.resize({ width: 1280, height: 960, dotsPerInch: 192 });
  expect((await widthOf('twice')) / usual).toBeCloseTo(2, 0);
});
