import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
import { built, config } from '#infra/config.ts';
import { decodeJson } from '#shared/decode.ts';
import { installPackages } from './apt.ts';
import { CommandFailed, capture } from './command.ts';
import { packages } from './packages.ts';
import type { Step, StepTools } from './step.ts';

const packageDir = resolve(config.root, 'node_modules/mediasoup');
const recipeDir = resolve(config.root, 'infra/mediasoup-worker');
const fetchTimeoutMs = 30_000;

/** Whether this mediasoup worker runs here: started by anyone but mediasoup it ends with 41. */
export async function workerRuns(file: string): Promise<boolean> {
  const { code } = await capture('env', ['-i', file]);
  return code === 41;
}

/** The media server's process: the official one where it can be fetched, else built from the package's own sources. */
export const mediasoupWorker: Step = {
  name: 'mediasoup worker',
  async check() {
    return (await workerRuns(built.mediasoupWorker)) ? undefined : 'there is none that runs here';
  },
  async run(tools) {
    const kept = resolve(config.cacheDir, `mediasoup-worker-${await cacheKey()}`);
    if (await workerRuns(kept)) return place(kept);
    tools.note('fetching the official one');
    if (await fetchOfficial(tools)) return;
    await installPackages(packages.mediasoupWorker, tools);
    tools.note('building it from its sources: 4 to 6 minutes on 2 cores, once');
    const jobs = String(availableParallelism());
    await mkdir(config.cacheDir, { recursive: true });
    // Another checkout of this user may be building the same.
    const next = `${kept}.${process.pid}`;
    await tools.run('sh', [resolve(recipeDir, 'build.sh'), packageDir, next, jobs]);
    await rename(next, kept);
    await place(kept);
  },
};

/**
 * Has mediasoup's own installer fetch its worker. It would go on to build one, with downloads of its own, where it can't:
 * without a Python that step fails at once. @returns whether there is one that runs.
 */
async function fetchOfficial({ run }: StepTools): Promise<boolean> {
  try {
    await run(process.execPath, ['npm-scripts.mjs', 'postinstall'], {
      cwd: packageDir,
      env: { PYTHON: '/bin/false', MEDIASOUP_WORKER_BIN: undefined, MEDIASOUP_FORCE_WORKER_PREBUILT_DOWNLOAD: 'true' },
      timeoutMs: fetchTimeoutMs,
    });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
  }
  if (await workerRuns(built.mediasoupWorker)) return true;
  await rm(built.mediasoupWorker, { force: true });
  return false;
}

async function place(file: string): Promise<void> {
  await mkdir(dirname(built.mediasoupWorker), { recursive: true });
  const next = `${built.mediasoupWorker}.tmp`;
  await copyFile(file, next);
  await chmod(next, 0o755);
  await rename(next, built.mediasoupWorker);
}

/** Another version, machine or recipe makes another worker. */
async function cacheKey(): Promise<string> {
  const Package = z.object({ version: z.string() });
  const { version } = decodeJson(Package, await readFile(resolve(packageDir, 'package.json')), 'package.json of mediasoup');
  const hash = createHash('sha256');
  const entries = await readdir(recipeDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => resolve(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(relative(recipeDir, file)).update(await readFile(file));
  return `${version}-${process.arch}-${hash.digest('hex').slice(0, 12)}`;
}
