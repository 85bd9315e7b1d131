import { execFile } from 'node:child_process';
import { getuid } from 'node:process';
import { promisify } from 'node:util';
import type { Logger } from '#shared/log.ts';
import { serverPath } from './display.ts';
import type { User } from './paths.ts';
import { type CommandLine, hostMounts, type Isolation, isolate } from './sandbox.ts';

const run = promisify(execFile);

/** The user `nobody` of Debian and most others. */
const nobody: User = { uid: 65_534, gid: 65_534 };

let found: Promise<Isolation> | undefined;

/**
 * The best isolation that works on this host, found once by trying: whether namespaces may be made depends on the kernel and
 * on what this process itself is confined by. Anything less than a sandbox is warned of.
 */
export function findIsolation(log: Logger): Promise<Isolation> {
  found ??= probe(log);
  return found;
}

async function probe(log: Logger): Promise<Isolation> {
  const root = getuid?.() === 0;
  const sandbox: Isolation = { kind: 'sandbox', user: root ? nobody : undefined };
  const failure = await works(sandbox);
  if (failure === undefined) return sandbox;
  const user: Isolation = { kind: 'user', user: nobody };
  const isolation: Isolation = root && (await works(user)) === undefined ? user : { kind: 'none' };
  log.warn('sandbox.missing', { isolation: isolation.kind, reason: failure });
  return isolation;
}

/** Why it does not work, or undefined. */
async function works(isolation: Isolation): Promise<string | undefined> {
  const program: CommandLine = { command: 'true', arguments: [] };
  const line = isolate(isolation, { enter: [], mounts: hostMounts, workingDirectory: '/', program });
  try {
    await run(line.command, line.arguments, { env: { PATH: serverPath }, timeout: 5000 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.slice(-300) : String(error);
  }
}
