import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { config } from '#infra/config.ts';
import { type Child, startChild } from './child.ts';
import { freePorts } from './ports.ts';
import { writePrivate } from './secrets.ts';

export interface EdgeOptions {
  stateDir: string;
  ip: string;
  port: number;
  /** The Worker's variables and secrets (`Env` of edge/src/env.ts), over those of wrangler.toml. */
  variables: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

/** Starts the edge under `wrangler dev`, which talks to nobody outside; ready when the status route answers. */
export async function startEdge({ stateDir, ip, port, variables, signal }: EdgeOptions): Promise<Child> {
  const file = resolve(stateDir, 'edge.env');
  await mkdir(resolve(stateDir, 'logs'), { recursive: true });
  await writePrivate(
    file,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join(''),
  );
  const inspectorPort = await freePorts(1, '127.0.0.1');
  return startChild({
    name: 'edge',
    command: process.execPath,
    args: [
      resolve(config.root, 'node_modules/wrangler/bin/wrangler.js'),
      'dev',
      ...['--ip', ip, '--port', String(port), '--inspector-port', String(inspectorPort)],
      ...['--env-file', file, '--persist-to', resolve(stateDir, 'edge')],
      '--show-interactive-dev-session=false',
    ],
    cwd: config.root,
    env: {
      ...process.env,
      PATH: `${resolve(config.root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
      CI: '1',
      NO_COLOR: '1',
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_LOG_PATH: resolve(stateDir, 'logs/wrangler'),
      WRANGLER_REGISTRY_PATH: resolve(stateDir, 'wrangler-registry'),
    },
    logFile: resolve(stateDir, 'logs/edge.log'),
    ready: { probe: () => answersStatus(`http://${ip.includes(':') ? `[${ip}]` : ip}:${port}/1.0/status`) },
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 8000,
    signal,
  });
}

/** 200 healthy, or 503 while the link is not up yet: both are the edge speaking. */
async function answersStatus(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.status === 200 || response.status === 503;
  } catch {
    return false;
  }
}
