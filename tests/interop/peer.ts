import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeJson } from '#shared/decode.ts';
import { FromStack, type ToStack } from '#tests/interop/stacks/messages.ts';
import { readStrip, type Timecode } from '#tests/support/timecode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

/** What a test asks of a client, whatever stack it has. */
export interface InteropPeer extends AsyncDisposable {
  /** The newest frame that says what it is. */
  timecode(): Promise<Timecode | null>;
  /** The level of what was heard last. */
  level(): Promise<number>;
  send(message: { type: string; data: unknown }): Promise<void>;
  /** What came on `control`. */
  heard(): Promise<readonly string[]>;
}

/** A process with a foreign stack in it. */
export class StackProcess implements InteropPeer {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #answers: ((sdp: string) => void)[] = [];
  readonly #heard: string[] = [];
  readonly opened: Promise<void>;
  #timecode: Timecode | null = null;
  #level = 0;

  /** `script`: in the folder `stacks`; Python or TypeScript. */
  constructor(script: string) {
    const file = join(import.meta.dirname, 'stacks', script);
    const program = script.endsWith('.py') ? '/usr/bin/python3' : process.execPath;
    this.#child = spawn(...endsWithUs(program, [file]), { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.#exited = once(this.#child, 'exit');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.opened = promise;
    if (this.#child.stdout === null) throw new Error('no output');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const message = decodeJson(FromStack, line, 'message');
      if ('answer' in message) this.#answers.shift()?.(message.answer);
      else if ('opened' in message) resolve();
      else if ('heard' in message) this.#heard.push(message.heard);
      else if ('level' in message) this.#level = message.level;
      else this.#timecode = readStrip((index) => message.blocks[index] ?? 0) ?? this.#timecode;
    });
  }

  /** @throws Error where the process ends instead. */
  async answer(offer: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#answers.push(resolve);
    this.tell({ offer });
    const ended = this.#exited.then(() => {
      throw new Error(`The process with the stack has ended with ${this.#child.exitCode ?? this.#child.signalCode}.`);
    });
    return await Promise.race([promise, ended]);
  }

  tell(message: ToStack): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  async timecode(): Promise<Timecode | null> {
    return this.#timecode;
  }

  async level(): Promise<number> {
    return this.#level;
  }

  async heard(): Promise<readonly string[]> {
    return this.#heard;
  }

  async send(message: { type: string; data: unknown }): Promise<void> {
    await this.opened;
    this.tell({ send: JSON.stringify(message) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // With what it has started.
    if (this.#child.exitCode === null && this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    await this.#exited;
  }
}
