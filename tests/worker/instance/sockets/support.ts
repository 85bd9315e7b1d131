import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { jsonLogger, type Logger } from '#shared/log.ts';
import { SocketFolder } from '#worker/instance/sockets/folder.ts';

export interface TestFolder {
  folder: SocketFolder;
  directory: string;
  lines: string[];
  log: Logger;
  /** Connects as the application does. What it reads is in `read`, as Latin-1, unless it is paused. */
  join: (file: string) => Promise<Application>;
}

export interface Application {
  socket: Socket;
  bytes: () => Buffer;
  /** Whether the other side has ended the connection. */
  ended: () => boolean;
}

/** A folder of sockets that is removed after the test. */
export async function openFolder(): Promise<TestFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'sockets-'));
  const lines: string[] = [];
  const log = jsonLogger((line) => lines.push(line), 'info');
  const folder = new SocketFolder(directory);
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await folder.close();
    await rm(directory, { recursive: true });
  });
  return {
    folder,
    directory,
    lines,
    log,
    async join(file) {
      const socket = connect(join(directory, file));
      sockets.push(socket);
      await once(socket, 'connect');
      const chunks: Buffer[] = [];
      let ended = false;
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        ended = true;
      });
      return { socket, bytes: () => Buffer.concat(chunks), ended: () => ended };
    },
  };
}
