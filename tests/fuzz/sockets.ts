import { decodeJson } from '#shared/decode.ts';
import { ServerSignal } from '#shared/signal.ts';
import type { Findings } from './findings.ts';
import type { Target } from './target.ts';

const answerMs = 40_000;

/** Sends frames over one socket, a `discover` after each: it must be answered, and nothing may close without an `error` before. */
export async function fuzzSocket(target: Target, frames: readonly string[], seed: number, findings: Findings): Promise<void> {
  const url = await target.socketUrl();
  if (url === undefined) {
    findings.count('socket', 'no session');
    return;
  }
  let last = 'the upgrade';
  try {
    const socket = await Frames.open(url);
    for (const frame of frames) {
      last = frame;
      socket.send(frame);
      socket.send('{"type":"discover"}');
      for (;;) {
        const signal = await socket.next();
        if (signal === 'closed') throw new Error('the socket closed without an error');
        findings.count('socket', signal.type);
        if (signal.type === 'resp:discover') break;
        if (signal.type === 'error' && (await socket.isClosing())) return;
      }
    }
    socket.close();
  } catch (error) {
    findings.fail(seed, `socket ${last.slice(0, 1000)}`, error);
  }
}

/** A socket whose frames are taken one by one. */
class Frames {
  readonly #socket: WebSocket;
  readonly #arrived: (ServerSignal | 'closed')[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const arrive = (what: ServerSignal | 'closed'): void => {
      this.#arrived.push(what);
      this.#wake();
    };
    socket.addEventListener('message', ({ data }) => arrive(decodeJson(ServerSignal, String(data), 'frame')));
    socket.addEventListener('close', () => arrive('closed'));
  }

  static async open(url: string): Promise<Frames> {
    const socket = new WebSocket(url);
    const frames = new Frames(socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error('the socket did not open')), { once: true });
    });
    return frames;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** @throws Error where nothing comes. */
  async next(): Promise<ServerSignal | 'closed'> {
    const deadline = AbortSignal.timeout(answerMs);
    while (this.#arrived.length === 0) {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        deadline.addEventListener('abort', () => reject(new Error(`nothing came within ${answerMs} ms`)), { once: true });
      });
    }
    return this.#arrived.shift() ?? 'closed';
  }

  /** Whether the socket closed behind what came last. */
  async isClosing(): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return this.#arrived[0] === 'closed' || this.#socket.readyState !== WebSocket.OPEN;
  }

  close(): void {
    this.#socket.close();
  }
}
