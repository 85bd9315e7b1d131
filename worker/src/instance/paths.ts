import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { XorgFiles } from './displays/xorg.ts';
import { encodeXauthority } from './xauthority.ts';

/**
 * What an instance has in the file system. All but the log is below one directory of its own in the system's directory for
 * temporary files: socket paths may have 107 characters at most (unix(7)), and other users must be able to get there.
 */
export interface InstancePaths {
  root: string;
  xauthority: string;
  /** The sound server's own: its runtime directory, home, and the socket. */
  soundHome: string;
  soundSocket: string;
  /** The application's own: home, runtime directory, and the session's extra data as JSON. */
  home: string;
  runtime: string;
  extraData: string;
  /** Where the sockets of its data channels are. */
  sockets: string;
  passwd: string;
  /** The display server's own, where it is Xorg. */
  xorg: XorgFiles;
}

/** Where the log of an application is, in the state directory. */
export interface LogPaths {
  logDirectory: string;
  log: string;
}

/** Who the application runs as. */
export interface User {
  uid: number;
  gid: number;
}

/** Makes the directories and files of an instance; `user`, where given, owns what the application may read and write. */
export async function createPaths(user: User | undefined): Promise<InstancePaths> {
  const root = await mkdtemp(join(tmpdir(), 'farpane-'));
  const paths: InstancePaths = {
    root,
    xauthority: join(root, 'Xauthority'),
    soundHome: join(root, 'pulse'),
    soundSocket: join(root, 'pulse', 'native'),
    home: join(root, 'home'),
    runtime: join(root, 'run'),
    extraData: join(root, 'extra-data.json'),
    sockets: join(root, 'sockets'),
    passwd: join(root, 'passwd'),
    xorg: {
      config: join(root, 'xorg.conf'),
      log: join(root, 'xorg.log'),
      touchSocket: join(root, 'touch'),
      tabletSocket: join(root, 'tablet'),
    },
  };
  try {
    for (const directory of [paths.home, paths.runtime, paths.sockets]) await mkdir(directory, { mode: 0o700 });
    // The sound server insists on owning it; the application passes through it to the socket.
    await mkdir(paths.soundHome, { mode: 0o711 });
    await writeFile(paths.xauthority, encodeXauthority(randomBytes(16)), { mode: 0o600 });
    await writeFile(paths.passwd, 'root:x:0:0:root:/:/bin/false\nnobody:x:65534:65534:nobody:/home/nobody:/bin/sh\n', {
      mode: 0o644,
    });
    if (user !== undefined) {
      const owned = [root, paths.xauthority, paths.home, paths.runtime, paths.sockets];
      for (const own of owned) await chown(own, user.uid, user.gid);
    }
  } catch (error) {
    await removePaths(root);
    throw error;
  }
  return paths;
}

/** Writes what only the application that is about to be started has: its extra data, and the place of its log. */
export async function createAppFiles(
  { extraData: file }: InstancePaths,
  { id, stateDirectory, extraData, user }: { id: string; stateDirectory: string; extraData: unknown; user: User | undefined },
): Promise<LogPaths> {
  const logDirectory = join(stateDirectory, id);
  await mkdir(logDirectory, { recursive: true });
  await writeFile(file, JSON.stringify(extraData ?? null), { mode: 0o600 });
  if (user !== undefined) await chown(file, user.uid, user.gid);
  return { logDirectory, log: join(logDirectory, 'application.log') };
}

/** Removes all of it. Never throws: what can't be removed is no reason to keep a session from ending. */
export async function removePaths(...paths: readonly string[]): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3, retryDelay: 20 };
  await Promise.all(paths.map((path) => rm(path, options).catch(() => undefined)));
}
