import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { built } from '#infra/config.ts';

/** Draws on a display what it is told: tests/native/painter.c. Each resolves when the server has done it. */
export interface Painter extends AsyncDisposable {
  /** `colour`: as 0xRRGGBB. */
  fill(x: number, y: number, width: number, height: number, colour: number): Promise<void>;
  /** Moves the pointer as a mouse does. */
  point(x: number, y: number): Promise<void>;
  /** Moves the pointer as a program does: no event tells of it. */
  warp(x: number, y: number): Promise<void>;
  /** Changes the size of the screen. */
  size(width: number, height: number): Promise<void>;
}

/** `display`: as in DISPLAY. */
export function startPainter(display: string): Painter {
  const child = spawn(built.painter, {
    env: { ...process.env, DISPLAY: display, XAUTHORITY: '' },
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
    size: (width, height) => tell('size', width, height),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
