import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import type { FrameCount } from './frame-clock.ts';

/** What receiver-process.ts is told. */
export const ToReceivers = z.discriminatedUnion('type', [
  z.object({ type: z.literal('receive'), id: z.int(), url: z.string(), fps: z.int() }),
  z.object({ type: z.literal('frames'), id: z.int() }),
]);
type ToReceivers = z.output<typeof ToReceivers>;

const FromReceivers = z.object({
  id: z.int(),
  frames: z.array(z.object({ frames: z.int(), late: z.int(), missing: z.int() })),
  error: z.string().optional(),
});

/** Without the number that the reply comes by. */
type Request = { type: 'receive'; url: string; fps: number } | { type: 'frames' };

/** Clients that receive and do not decode, in a process of their own. */
export class Receivers implements AsyncDisposable {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'receiver-process.ts'), [], { serialization: 'json' });
  readonly #waiting = new Map<number, PromiseWithResolvers<FrameCount[]>>();
  #sent = 0;

  constructor() {
    this.#child.on('message', (raw) => {
      const { id, frames, error } = decode(FromReceivers, raw, 'message');
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(frames);
      else waiting?.reject(new Error(`A receiver failed: ${error}`));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Connects one more. Resolves when it gets video. @param url of the signalling socket. */
  async add(url: string, fps: number): Promise<void> {
    await this.#ask({ type: 'receive', url, fps });
  }

  /** What each has received since it was last asked. */
  async frames(): Promise<FrameCount[]> {
    return await this.#ask({ type: 'frames' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async #ask(request: Request): Promise<FrameCount[]> {
    this.#sent += 1;
    const waiting = Promise.withResolvers<FrameCount[]>();
    this.#waiting.set(this.#sent, waiting);
    const message: ToReceivers = { ...request, id: this.#sent };
    this.#child.send(message);
    return await waiting.promise;
  }
}
