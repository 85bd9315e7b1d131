import { once } from 'node:events';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';

const Message = z.object({
  id: z.int().nullish(),
  type: z.string(),
  result: z.unknown().optional(),
  message: z.string().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
});

/** A connection to a browser by WebDriver BiDi (W3C). */
export class Bidi {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #onEvent: (method: string, params: unknown) => void;
  #sent = 0;

  private constructor(socket: WebSocket, onEvent: (method: string, params: unknown) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.addEventListener('message', ({ data }) => this.#take(String(data)));
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The browser has hung up.'));
      this.#waiting.clear();
    });
  }

  /** @param onEvent hears what is subscribed to (`session.subscribe`). */
  static async open(url: string, onEvent: (method: string, params: unknown) => void): Promise<Bidi> {
    const socket = new WebSocket(`${url}/session`);
    await once(socket, 'open');
    const bidi = new Bidi(socket, onEvent);
    await bidi.call('session.new', { capabilities: {} });
    return bidi;
  }

  /** @throws Error with the browser's words. */
  async call(method: string, params: unknown): Promise<unknown> {
    this.#sent += 1;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#sent, waiting);
    this.#socket.send(JSON.stringify({ id: this.#sent, method, params }));
    return await waiting.promise;
  }

  close(): void {
    this.#socket.close();
  }

  #take(text: string): void {
    const { id, type, result, message, method, params } = decodeJson(Message, text, 'message');
    if (type === 'event') {
      this.#onEvent(method ?? '', params);
      return;
    }
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (type === 'error') waiting?.reject(new Error(`The browser: ${message}`));
    else waiting?.resolve(result);
  }
}
