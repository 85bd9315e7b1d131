import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base, vi } from 'vitest';
import type { AppError } from '#shared/errors.ts';
import { jsonLogger } from '#shared/log.ts';
import { Screen } from '#shared/screen.ts';
import { Application } from '#worker/application.ts';
import { openBase } from '#worker/instance/base.ts';
import { type Instance, startInstance } from '#worker/instance/instance.ts';
import type { Isolation } from '#worker/instance/sandbox.ts';

export interface Started {
  instance: Instance;
  onFailure: ReturnType<typeof vi.fn<(error: AppError) => void>>;
  onEnded: ReturnType<typeof vi.fn<() => void>>;
  /** What the application has written so far. */
  output: () => string;
  /** What of the instance is left in the file system. */
  files: () => string[];
}

export type Start = (
  application: Partial<Application>,
  more?: { id?: string; extraData?: unknown; isolation?: Isolation; enter?: readonly string[] },
) => Promise<Started>;

/** The process of an instance whose program is called `name`; its first 15 characters count (proc_pid_comm(5)). */
export function processOf({ instance }: Started, name: string): number {
  const pid = instance.pids().find((each) => programOf(each) === name);
  if (pid === undefined) throw new Error(`No process is called ${name}.`);
  return pid;
}

/** What a process runs; '' where it has ended since it was listed. */
function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Starts instances with a small screen; whatever the test leaves is ended after it. */
export const test = base.extend<{ stateDirectory: string; start: Start }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures that are needed from the pattern.
  stateDirectory: async ({}, use) => {
    const directory = await mkdtemp(join(tmpdir(), 'instance-test-'));
    await use(directory);
    await rm(directory, { recursive: true });
  },
  start: async ({ stateDirectory }, use) => {
    const instances: Instance[] = [];
    await use(async (application, { id = 'test', extraData = null, isolation, enter } = {}) => {
      const onFailure = vi.fn<(error: AppError) => void>();
      const onEnded = vi.fn<() => void>();
      const parsed = Application.parse({ name: 'test', command: 'sleep', arguments: ['1000'], ...application });
      const screen = Screen.parse({ width: 640, height: 480 });
      const log = jsonLogger(() => undefined, 'error');
      const base = await openBase({
        screen,
        sound: parsed.sound,
        ...(isolation === undefined ? {} : { isolation }),
        ...(enter === undefined ? {} : { enter }),
        log,
      });
      const instance = await startInstance({
        base,
        id,
        application: parsed,
        screen,
        extraData,
        stateDirectory,
        log,
        onFailure,
        onEnded,
      });
      instances.push(instance);
      const directory = join(stateDirectory, id);
      const socket = `/tmp/.X11-unix/X${instance.display.name.slice(1)}`;
      return {
        instance,
        onFailure,
        onEnded,
        output: () => readFileSync(join(directory, 'application.log'), 'utf8'),
        files: () => [directory, dirname(instance.display.authority), socket].filter(existsSync),
      };
    });
    for (const instance of instances) await instance.close();
  },
});
