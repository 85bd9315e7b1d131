import { decodeJson } from '#shared/decode.ts';
import { ServerSignal } from '#shared/signal.ts';

/** A client's signalling socket that asks and waits for the one answer. */
export class ClientSocket {
  readonly #socket: WebSocket;
  #waiting: ((text: string) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#waiting?.(String(data)));
    socket.addEventListener('close', ({ code }) => this.#failed?.(new Error(`The socket closed with ${code}.`)));
  }

  static async open(url: string): Promise<ClientSocket> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error('The socket did not open.')), { once: true });
    });
    return new ClientSocket(socket);
  }

  /** Sends a frame. @returns the answer, which must be of this type, and how long it took in milliseconds. */
  async ask(frame: string, type: ServerSignal['type'], timeoutMs = 30_000): Promise<number> {
    const startedMs = performance.now();
    const text = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No ${type} came within ${timeoutMs} ms.`)), timeoutMs);
      this.#waiting = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#failed = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      this.#socket.send(frame);
    });
    const tookMs = performance.now() - startedMs;
    const signal = decodeJson(ServerSignal, text, 'signal');
    if (signal.type !== type) throw new Error(`Not ${type} but: ${text}`);
    return tookMs;
  }

  close(): void {
    this.#socket.close();
  }
}
