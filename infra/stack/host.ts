import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { config } from '#infra/config.ts';
import { type Child, startChild } from './child.ts';
import { type HostWiring, hostConfig } from './host-config.ts';
import { writePrivate } from './secrets.ts';

export interface HostOptions extends Omit<HostWiring, 'stateDirectory'> {
  stateDir: string;
  signal?: AbortSignal | undefined;
}

/** Starts a host daemon from the demo's template; ready when its log says so. */
export async function startHost({ stateDir, signal, ...wiring }: HostOptions): Promise<Child> {
  const name = wiring.id;
  const file = resolve(stateDir, `${name}.yaml`);
  const stateDirectory = resolve(stateDir, name);
  await mkdir(stateDirectory, { recursive: true });
  await mkdir(resolve(stateDir, 'logs'), { recursive: true });
  const template = await readFile(resolve(config.root, 'infra/demo/host.yaml'), 'utf8');
  await writePrivate(file, hostConfig(template, { ...wiring, stateDirectory }));
  return startChild({
    name,
    command: process.execPath,
    args: [resolve(config.root, 'worker/src/main.ts'), '--config', file],
    cwd: config.root,
    env: process.env,
    logFile: resolve(stateDir, `logs/${name}.log`),
    ready: { line: isReadyLine },
    readyTimeoutMs: 30_000,
    stopTimeoutMs: 15_000 + 1000 * (wiring.drainSeconds ?? 0),
    signal,
  });
}

const ReadyLine = z.looseObject({ event: z.literal('host.ready') });
const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/** Whether a line of the host's log is its word that it is ready. */
export const isReadyLine = (line: string): boolean => Json.pipe(ReadyLine).safeParse(line).success;
