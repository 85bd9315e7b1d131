import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '#shared/log.ts';
import { AppSocket, type AppSocketOptions } from './socket.ts';
import { StreamSocket } from './stream.ts';

/** The sockets of an instance, in one folder that its application sees. */
export class SocketFolder {
  readonly #directory: string;
  readonly #sockets: { close(): Promise<void> }[] = [];
  #closed = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes a socket. `file`: its name in the folder. @throws Error where it can't be made. */
  async open(file: string, options: Omit<AppSocketOptions, 'path'>): Promise<AppSocket> {
    return await this.#keep(AppSocket.listen({ ...options, path: join(this.#directory, file) }));
  }

  /** Makes a socket that another process writes to. @throws Error where it can't be made. */
  async openStream(file: string, log: Logger): Promise<StreamSocket> {
    return await this.#keep(StreamSocket.listen({ path: join(this.#directory, file), log }));
  }

  /** Puts a file beside the sockets, whole at any time. */
  async describe(file: string, content: unknown): Promise<void> {
    const path = join(this.#directory, file);
    await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o644 });
    await rename(`${path}.new`, path);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  async #keep<T extends { close(): Promise<void> }>(listening: Promise<T>): Promise<T> {
    const socket = await listening;
    this.#sockets.push(socket);
    if (this.#closed) await socket.close();
    return socket;
  }
}
