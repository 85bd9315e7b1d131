import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { type Started, test } from '#tests/worker/instance/support.ts';
import { type Input, openInput } from '#worker/input/input.ts';

const run = promisify(execFile);
const log = jsonLogger(() => undefined, 'error');

/** What a client of X sees of the display, by a program of its own. */
async function seen({ instance }: Started, program: string, ...words: string[]): Promise<string> {
  const env = { PATH: '/usr/bin:/bin', DISPLAY: instance.display.name, XAUTHORITY: instance.display.authority };
  return (await run(program, words, { env })).stdout;
}
const screenOf = async (started: Started): Promise<string | undefined> =>
  /dimensions:\s+(\S+) pixels/.exec(await seen(started, 'xdpyinfo'))?.[1];

/** The geometry of a top-level window, as xwininfo(1) has it: `WIDTHxHEIGHT+X+Y`. */
async function windowOf(started: Started, name: string): Promise<string | undefined> {
  const tree = await seen(started, 'xwininfo', '-root', '-tree').catch(() => '');
  const line = tree.split('\n').find((each) => each.includes(`"${name}"`));
  return /\s(\d+x\d+)[+-]\S+\s+([+-]\d+[+-]\d+)$/
    .exec(line ?? '')
    ?.slice(1)
    .join('');
}

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
