import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppSocket, type AppSocketOptions } from './socket.ts';

/** The sockets of an instance, in one folder that its application sees. */
export class SocketFolder {
  readonly #directory: string;
  readonly #sockets: AppSocket[] = [];
  #closed = false;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Makes a socket. `file`: its name in the folder. @throws Error where it can't be made. */
  async open(file: string, options: Omit<AppSocketOptions, 'path'>): Promise<AppSocket> {
    const socket = await AppSocket.listen({ ...options, path: join(this.#directory, file) });
    this.#sockets.push(socket);
    if (this.#closed) await socket.close();
    return socket;
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
}
