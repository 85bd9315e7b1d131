import { chmod, type FileHandle, mkdtemp, open, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { lockHandle } from '#infra/lock.ts';

/** What all tests at once may need of /dev/shm; containers often have 64 MiB. */
const roomBytes = 1024 ** 3;

const prefix = 'farpane-run-';
/** Written into a folder as soon as its owner has locked it: one without it may be about to be. */
const lockedMark = 'locked';

export interface Temporary extends AsyncDisposable {
  readonly path: string;
}

/** A folder for the files of one run, in memory where there is room; those that runs which were killed left behind are removed. */
export async function makeTemporary(): Promise<Temporary> {
  return makeTemporaryIn((await hasRoom('/dev/shm')) ? '/dev/shm' : tmpdir());
}

export async function makeTemporaryIn(parent: string): Promise<Temporary> {
  await sweep(parent);
  const path = await mkdtemp(resolve(parent, prefix));
  // Tests run applications as another user, who must get to what is below.
  await chmod(path, 0o755);
  const handle = await open(path);
  await lockHandle(handle, 'try');
  await writeFile(resolve(path, lockedMark), '');
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      await handle.close();
    },
  };
}

/** Removes the folders whose owners have gone: nobody has them locked. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = resolve(parent, name);
    // Another user's can't be opened, and another run may be removing it.
    const files: string[] = await readdir(path).catch(() => []);
    const handle = files.includes(lockedMark) ? await open(path).catch(() => undefined) : undefined;
    if (handle !== undefined) await removeUnlocked(path, handle);
  }
}

async function removeUnlocked(path: string, handle: FileHandle): Promise<void> {
  try {
    if (await lockHandle(handle, 'try')) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  } finally {
    await handle.close();
  }
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= roomBytes;
  } catch {
    return false;
  }
}
