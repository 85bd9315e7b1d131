import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createTail } from './tail.ts';

/** What a child has written. */
export interface Output {
  /** The last line of its stderr, else of its stdout, else the empty string. */
  last(): string;
  /** The last lines of its stderr, else of its stdout. */
  tail(): string;
  /** Resolves when both have ended. A process that the child left behind may hold them open for as long as it lives. */
  ended: Promise<void>;
}

const maxLogBytes = 1024 * 1024;

/**
 * Reads stdout and stderr of a child, so that it never blocks on them, keeps the last lines of each, and writes both to
 * `logFile`, up to 1 MiB: a program that writes without end must not fill the disk.
 */
export function readOutput({ stdout, stderr }: ChildProcess, logFile?: string): Output {
  const file = logFile === undefined ? undefined : createWriteStream(logFile, { mode: 0o600 });
  // A log that can't be written must not end what it tells of; the last lines are kept all the same.
  file?.on('error', () => undefined);
  let written = 0;
  const read = (stream: Readable | null) => {
    const tail = createTail();
    const ended = new Promise<void>((resolve) => {
      if (stream === null) return resolve();
      stream.on('close', resolve);
      stream.on('data', (chunk: Buffer) => {
        tail.push(chunk.toString('utf8'));
        if (written < maxLogBytes) file?.write(chunk.subarray(0, maxLogBytes - written));
        written += chunk.length;
      });
    });
    return { tail, ended };
  };
  const out = read(stdout);
  const err = read(stderr);
  const ended = Promise.all([out.ended, err.ended]).then(() => void file?.end());
  return {
    last: () => err.tail.last() || out.tail.last(),
    tail: () => (err.tail.last() === '' ? out : err).tail.lines().join('\n'),
    ended,
  };
}
