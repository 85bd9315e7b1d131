import { createInterface } from 'node:readline';
import { decodeJson } from '#shared/decode.ts';
import { type FromStack, ToStack } from './messages.ts';

/** For a process with a stack in it. Ends with its standard input. */
export function listen(take: (message: ToStack) => void | Promise<void>): void {
  // One after the other: a candidate has to wait for its offer.
  let before: Promise<void> = Promise.resolve();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    before = before.then(() => take(decodeJson(ToStack, line, 'message')));
  });
  lines.on('close', () => process.exit(0));
}

export const say = (message: FromStack): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

/** The blocks of the strip in a picture's luma: see tests/native/timecode.c. */
export function sayPicture(luma: Uint8Array, { width, stride }: { width: number; stride: number }): void {
  const block = Math.floor(width / 64);
  const line = 16 * stride;
  say({ blocks: Array.from({ length: 64 }, (_, n) => luma[line + n * block + Math.floor(block / 2)] ?? 0) });
}

/** Samples of 16 bits. */
export function saySound(samples: Int16Array): void {
  const energy = samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0);
  say({ level: Math.sqrt(energy / samples.length) });
}
