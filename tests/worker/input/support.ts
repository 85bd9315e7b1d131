import { expect, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { test as base, type Started } from '#tests/worker/instance/support.ts';
import { openConnection } from '#worker/input/connection.ts';
import { type Input, openInput } from '#worker/input/input.ts';

const log = jsonLogger(() => undefined, 'error');

/** A small terminal in a corner, away from the pointer. What is typed comes out of a pipe as the application's output. */
export const terminalProgram = {
  command: 'sh',
  arguments: [
    '-c',
    'mkfifo ~/keys; cat ~/keys & exec xterm -u8 -geometry 20x5+0+0 -e sh -c "stty raw -echo; (echo READY; cat) > ~/keys"',
  ],
};

/** Waits until the terminal reads, and until it has the keyboard: it may read before it is seen. */
export async function atTheKeyboard({ instance, output }: Started): Promise<void> {
  await vi.waitFor(() => expect(output()).toContain('READY\n'), 10_000);
  const ignore = () => undefined;
  const { client, close } = await openConnection({ display: instance.display, onLost: ignore, onRefused: ignore });
  const focused = () => new Promise<number>((resolve) => client.GetInputFocus((_, { focus }) => resolve(focus)));
  await vi.waitFor(async () => expect(await focused()).toBeGreaterThan(1), 5000);
  close();
}

/** A terminal that has the keyboard, and what was typed into it. */
export const test = base.extend<{ terminal: () => Promise<{ input: Input; said: () => string }> }>({
  terminal: async ({ start }, use) => {
    const inputs: Input[] = [];
    await use(async () => {
      const started = await start(terminalProgram);
      const input = await openInput({ display: started.instance.display, log });
      inputs.push(input);
      await atTheKeyboard(started);
      return { input, said: () => started.output().split('READY\n')[1] ?? '' };
    });
    for (const input of inputs) input.close();
  },
});
