import { decodeJson } from '#shared/decode.ts';
import { ServerSignal } from '#shared/signal.ts';

/** A signalling socket without a client behind it: what is sent and received is seen as it is. */
export class Signalling {
  readonly #socket: WebSocket;
  readonly #received: ServerSignal[] = [];
  readonly #waiting: ((signal: ServerSignal) => void)[] = [];
  /** The close code. */
  readonly closed: Promise<number>;

  private constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.addEventListener('message', ({ data }) => {
      const signal = decodeJson(ServerSignal, String(data), 'signal');
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#received.push(signal);
      else waiting(signal);
    });
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener('close', ({ code }) => resolve(code));
    });
  }

  static async open(url: string): Promise<Signalling> {
    const signalling = new Signalling(url);
    await new Promise<void>((resolve, reject) => {
      signalling.#socket.addEventListener('open', () => resolve());
      signalling.#socket.addEventListener('error', () => reject(new Error(`no socket at ${url}`)));
    });
    return signalling;
  }

  next(): Promise<ServerSignal> {
    const received = this.#received.shift();
    return received === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(received);
  }

  /** Sends a frame and waits for the next one that comes. */
  ask(text: string): Promise<ServerSignal> {
    this.#socket.send(text);
    return this.next();
  }

  close(): void {
    this.#socket.close();
  }
}
