import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Child, startChild } from './child.ts';
import { type CoturnConfig, coturnConfig } from './coturn-config.ts';
import { writePrivate } from './secrets.ts';
import { answersStun } from './stun.ts';

export interface CoturnOptions extends Omit<CoturnConfig, 'pidFile' | 'userDatabase'> {
  stateDir: string;
  signal?: AbortSignal | undefined;
}

/** Starts coturn; ready when it answers over UDP, which it does last. Its secret is in a file, where the list of processes does not show it. */
export async function startCoturn({ stateDir, signal, ...config }: CoturnOptions): Promise<Child> {
  const file = resolve(stateDir, 'turnserver.conf');
  await mkdir(resolve(stateDir, 'logs'), { recursive: true });
  await writePrivate(
    file,
    coturnConfig({ ...config, pidFile: resolve(stateDir, 'turnserver.pid'), userDatabase: resolve(stateDir, 'turndb') }),
  );
  return startChild({
    name: 'coturn',
    command: 'turnserver',
    args: ['-c', file],
    cwd: stateDir,
    env: { PATH: process.env['PATH'] },
    logFile: resolve(stateDir, 'logs/coturn.log'),
    ready: { probe: () => answersStun(config.port, config.ip) },
    readyTimeoutMs: 20_000,
    stopTimeoutMs: 5000,
    signal,
  });
}
