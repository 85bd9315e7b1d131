import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

/** An X display without a screen, with or without programs on it. */
export interface TestDisplay extends AsyncDisposable {
  /** As in DISPLAY. */
  name: string;
  width: number;
  height: number;
  /** Starts a program on it, which ends with it. */
  run(command: string, ...args: string[]): void;
}

/** Starts Xvfb under the first number that is free. `without`: extensions that it shall not have. */
export async function startXvfb({ width = 1280, height = 720, without = [] as string[] } = {}): Promise<TestDisplay> {
  const server = spawn(
    ...endsWithUs('Xvfb', [
      ...['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset'],
      ...without.flatMap((extension) => ['-extension', extension]),
    ]),
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const children: ChildProcess[] = [server];
  const name = `:${await firstLine(server)}`;
  return {
    name,
    width,
    height,
    run(command, ...args) {
      children.push(
        spawn(...endsWithUs(command, args), { env: { ...process.env, DISPLAY: name, XAUTHORITY: '' }, stdio: 'ignore' }),
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.toReversed().map(end));
    },
  };
}

async function firstLine(server: ChildProcess): Promise<string> {
  const pipe = server.stdio[3] as Readable;
  const [chunk] = await Promise.race([
    once(pipe, 'data'),
    once(server, 'exit').then(([code]) => {
      throw new Error(`Xvfb ended with code ${code} before it was ready.`);
    }),
  ]);
  return String(chunk).trim();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
