import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '#shared/log.ts';

export interface StreamSocketOptions {
  path: string;
  log: Logger;
}

/** A Unix socket of an instance that is only read by its application, one connection at a time; another process writes to that. */
export class StreamSocket {
  readonly #options: StreamSocketOptions;
  readonly #server: Server;
  #connection: Socket | null = null;
  #onPresence: (present: boolean) => void = () => undefined;

  private constructor(options: StreamSocketOptions) {
    this.#options = options;
    this.#server = createServer((connection) => this.#connected(connection));
  }

  /** @throws Error where the socket can't be made. */
  static async listen(options: StreamSocketOptions): Promise<StreamSocket> {
    const socket = new StreamSocket(options);
    // Its folder lets in nobody but the application's user.
    socket.#server.listen({ path: options.path, writableAll: true, readableAll: true });
    await once(socket.#server, 'listening');
    return socket;
  }

  /** The application's connection, while there is one. */
  get connection(): Socket | null {
    return this.#connection;
  }

  /** Tells whether the application is connected: now where it is, and whenever that changes. */
  watch(onPresence: (present: boolean) => void): void {
    this.#onPresence = onPresence;
    if (this.#connection !== null) onPresence(true);
  }

  /** Ends the application's connection: what follows would not go on from what it has read. */
  end(): void {
    this.#connection?.destroy();
  }

  async close(): Promise<void> {
    this.#onPresence = () => undefined;
    this.end();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #connected(connection: Socket): void {
    const { path, log } = this.#options;
    connection.on('error', (error) => log.debug('socket.error', { error }));
    if (this.#connection !== null) {
      log.warn('socket.second-connection', { path });
      connection.destroy();
      return;
    }
    this.#connection = connection;
    connection.once('close', () => {
      this.#connection = null;
      this.#onPresence(false);
    });
    // What it writes is read by nobody; that it has gone is seen by reading.
    connection.resume();
    this.#onPresence(true);
  }
}
