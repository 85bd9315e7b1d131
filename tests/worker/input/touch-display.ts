import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { built } from '#infra/config.ts';
import { jsonLogger, type Logger } from '#shared/log.ts';
import { openInput } from '#worker/input/input.ts';
import { openBase } from '#worker/instance/base.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

const silent = jsonLogger(() => undefined, 'error');

export type Touch = Awaited<ReturnType<typeof touchDisplay>>;

/** A display with a touch screen and a tablet, its input, and what an application hears of them (XI2), for the test that calls it. */
export async function touchDisplay({ penDriver = built.penDriver, log = silent }: { penDriver?: string; log?: Logger } = {}) {
  const base = await openBase({ screen: { width: 640, height: 480 }, sound: false, touch: true, penDriver, log });
  onTestFinished(() => base.close());
  const { display } = base;
  const input = await openInput({ display, log });
  onTestFinished(() => input.close());
  const env = { PATH: process.env['PATH'] ?? '', DISPLAY: display.name, XAUTHORITY: display.authority };
  const xinput = (...words: string[]) => {
    // Line by line: what goes into a pipe would else wait for more.
    const child = spawn(...endsWithUs('stdbuf', ['-oL', 'xinput', ...words]), { env, stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void child.kill());
    return child;
  };
  let heard = '';
  xinput('test-xi2', '--root').stdout.on('data', (chunk: Buffer) => {
    heard += chunk.toString();
  });
  return {
    input,
    display,
    env,
    heard: () => heard,
    forget: () => {
      heard = '';
    },
    /** What `xinput list` says of the devices. */
    devices: async (): Promise<string> => (await xinput('list').stdout.setEncoding('utf8').toArray()).join(''),
  };
}
