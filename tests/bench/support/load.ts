import { Agent, request } from 'node:http';

export interface Reply {
  status: number;
  body: string;
  /** From the request to the end of its answer, in milliseconds. */
  tookMs: number;
}

/** Sends requests over connections that stay open. Plain `node:http`: on a small machine `fetch` costs as much as what it asks. */
export class Load implements Disposable {
  readonly #agent: Agent;
  readonly #url: string;

  constructor(url: string, connections: number) {
    this.#url = url;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.#send('POST', path, headers, body);
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.#send('GET', path, headers);
  }

  /** Runs `work` so many times, `atOnce` at once. @returns what each gave, and how long all of it took. */
  static async run<T>(times: number, atOnce: number, work: (n: number) => Promise<T>): Promise<{ results: T[]; tookMs: number }> {
    const results: T[] = [];
    const startedMs = performance.now();
    let next = 0;
    const take = async (): Promise<void> => {
      for (let n = next++; n < times; n = next++) results.push(await work(n));
    };
    await Promise.all(Array.from({ length: atOnce }, take));
    return { results, tookMs: performance.now() - startedMs };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = request(
        `${this.#url}${path}`,
        { agent: this.#agent, method, headers: { ...headers, ...length } },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
          });
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: text, tookMs: performance.now() - startedMs }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
