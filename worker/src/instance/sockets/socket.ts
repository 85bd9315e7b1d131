import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '#shared/log.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import { encodeMessage, encodePresence, type Framing, FramingError, MessageReader } from './framing.ts';

/** What may wait for the application: above `highBytes` senders are asked to pause, below `lowBytes` to go on, and `mostBytes` is the end. */
export const waiting = { lowBytes: 256 * 1024, highBytes: 1024 * 1024, mostBytes: 16 * 1024 * 1024 } as const;

export interface AppSocketOptions {
  path: string;
  framing: Framing;
  log: Logger;
  /** A message of the application. The next is read when the promise has resolved: a reader that is slow slows the writer. */
  onMessage: (message: ChannelMessage) => Promise<void> | void;
  /** Too much waits for the application, or little again. */
  onPressure?: (full: boolean) => void;
  /** The application has connected, or is gone. */
  onPresence?: (present: boolean) => void;
}

/** A Unix socket of an instance, for one connection of its application at a time. */
export class AppSocket {
  readonly #options: AppSocketOptions;
  readonly #server: Server;
  #connection: Socket | null = null;
  /** What the application has not got yet, in order; the first one may be being written. */
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #writing = false;
  #full = false;
  /** Whether a client has the channel open. */
  #open = false;

  private constructor(options: AppSocketOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (connection) => this.#connected(connection));
  }

  /** @throws Error where the socket can't be made. */
  static async listen(options: AppSocketOptions): Promise<AppSocket> {
    const socket = new AppSocket(options);
    // Its folder lets in nobody but the application's user.
    socket.#server.listen({ path: options.path, writableAll: true, readableAll: true });
    await once(socket.#server, 'listening');
    return socket;
  }

  /**
   * Hands a message to the application, or keeps it until the application is there.
   *
   * @returns false where too much waits already: then nothing of it is kept and the application's connection has ended, for what
   * it reads must have no gap.
   */
  send(message: ChannelMessage): boolean {
    const bytes = encodeMessage(this.#options.framing, message);
    if (this.#queuedBytes + bytes.length > waiting.mostBytes) {
      this.#options.log.warn('socket.overflow', { path: this.#options.path });
      this.#queue = [];
      this.#queuedBytes = 0;
      this.#connection?.destroy();
      this.#press();
      return false;
    }
    this.#put(bytes);
    return true;
  }

  /** A client has opened the channel, or is gone: the application is told so where the framing can. */
  setOpen(open: boolean): void {
    if (this.#open === open) return;
    this.#open = open;
    if (this.#connection !== null) this.#put(encodePresence(this.#options.framing, open ? 'opened' : 'closed'));
  }

  async close(): Promise<void> {
    this.#queue = [];
    this.#connection?.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #put(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#press();
    this.#write();
  }

  /** Writes one after the other: what a connection did not get when it ended is there for the next one. */
  #write(): void {
    const [bytes] = this.#queue;
    const connection = this.#connection;
    if (connection === null || bytes === undefined || this.#writing) return;
    this.#writing = true;
    connection.write(bytes, (error) => {
      if (connection !== this.#connection) return;
      this.#writing = false;
      // One that overflowed meanwhile has an empty queue.
      if (error || this.#queue[0] !== bytes) return;
      this.#queue.shift();
      this.#queuedBytes -= bytes.length;
      this.#press();
      this.#write();
    });
  }

  #press(): void {
    const full = this.#full ? this.#queuedBytes > waiting.lowBytes : this.#queuedBytes > waiting.highBytes;
    if (full === this.#full) return;
    this.#full = full;
    this.#options.onPressure?.(full);
  }

  #connected(connection: Socket): void {
    connection.on('error', (error) => this.#options.log.debug('socket.error', { error }));
    const before = this.#connection;
    if (before !== null && !before.readableEnded) {
      this.#options.log.warn('socket.second-connection', { path: this.#options.path });
      connection.destroy();
      return;
    }
    this.#connection = connection;
    // One that writes nothing more may be that of a process that is gone: the next one takes its place.
    before?.destroy();
    this.#writing = false;
    connection.once('close', () => {
      if (this.#connection !== connection) return;
      this.#connection = null;
      this.#options.onPresence?.(false);
    });
    if (this.#open) {
      const opened = encodePresence(this.#options.framing, 'opened');
      if (opened.length > 0) this.#queue.unshift(opened);
      this.#queuedBytes += opened.length;
    }
    this.#options.onPresence?.(true);
    this.#write();
    void this.#read(connection);
  }

  async #read(connection: Socket): Promise<void> {
    const reader = new MessageReader(this.#options.framing);
    try {
      // The other direction goes on where the application has only ended its own.
      for await (const chunk of connection.iterator({ destroyOnReturn: false })) {
        for (const message of reader.push(chunk)) await this.#options.onMessage(message);
      }
      // Who speaks in lines and has ended is gone.
      if (this.#options.framing === 'lines') connection.destroy();
    } catch (error) {
      if (error instanceof FramingError) this.#options.log.warn('socket.unreadable', { reason: error.message });
      connection.destroy();
    }
  }
}
