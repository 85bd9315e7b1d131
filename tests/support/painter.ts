import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { built } from '#infra/config.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

/** Draws on a display what it is told: tests/native/painter.c. Each resolves when the server has done it. */
export interface Painter extends AsyncDisposable {
  /** `colour`: as 0xRRGGBB. */
  fill(x: number, y: number, width: number, height: number, colour: number): Promise<void>;
  /** Moves the pointer as a mouse does. */
  point(x: number, y: number): Promise<void>;
  /** Moves the pointer as a program does: no event tells of it. */
  warp(x: number, y: number): Promise<void>;
  /** Gives the root window a pointer: a box of a colour, `at` its hot spot; black is nothing. */
  cursor(size: readonly [number, number], at: readonly [number, number], colour: number): Promise<void>;
  /** Changes the size of the screen. */
  size(width: number, height: number): Promise<void>;
}

/** `display`: as in DISPLAY; `authority`: the file with the key to it. */
export function startPainter(display: string, authority = ''): Painter {
  const child = spawn(...endsWithUs(built.painter), {
    env: { ...process.env, DISPLAY: display, XAUTHORITY: authority },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const tell = async (...words: readonly (string | number)[]): Promise<void> => {
    child.stdin.write(`${words.join(' ')}\n`);
    const { done } = await answers.next();
    if (done === true) throw new Error('The painter has ended.');
  };
  return {
    fill: (x, y, width, height, colour) => tell('fill', x, y, width, height, colour.toString(16)),
    point: (x, y) => tell('point', x, y),
    warp: (x, y) => tell('warp', x, y),
    cursor: (size, at, colour) => tell('cursor', ...size, ...at, colour.toString(16)),
    size: (width, height) => tell('size', width, height),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
