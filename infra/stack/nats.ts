import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Child, startChild } from './child.ts';
import { type NatsUser, natsConfig } from './nats-config.ts';
import { writePrivate } from './secrets.ts';

export interface NatsOptions {
  stateDir: string;
  ip: string;
  port: number;
  websocketPort: number;
  users: readonly NatsUser[];
  signal?: AbortSignal | undefined;
}

/** Starts nats-server with JetStream and a WebSocket listener. */
export async function startNats({ stateDir, ip, port, websocketPort, users, signal }: NatsOptions): Promise<Child> {
  const file = resolve(stateDir, 'nats.conf');
  const storeDir = resolve(stateDir, 'nats');
  await mkdir(resolve(stateDir, 'logs'), { recursive: true });
  await writePrivate(file, natsConfig({ ip, port, websocketPort, storeDir, users }));
  return startChild({
    name: 'nats',
    command: 'nats-server',
    args: ['--config', file],
    cwd: stateDir,
    env: { PATH: process.env['PATH'] },
    logFile: resolve(stateDir, 'logs/nats.log'),
    // Its last word, when all its listeners stand.
    ready: { line: (text) => text.endsWith('Server is ready') },
    readyTimeoutMs: 20_000,
    stopTimeoutMs: 5000,
    signal,
  });
}
