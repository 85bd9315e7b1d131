import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { CliError } from './cli.ts';

/** flock(1) ends with this where somebody else has the lock. */
const takenCode = 75;

/**
 * Locks an open file or folder by flock(2): until it is closed, or until this process ends, in whatever way. So nothing is left
 * of a lock whose owner was killed. Node has no call for it; the lock belongs to what is open, which flock(1) is handed.
 *
 * @param mode `wait`: for as long as somebody else has it.
 * @returns whether it is ours: false only where it was tried.
 * @throws CliError where it can't be locked at all; the reason of `signal`, which ends the wait.
 */
export async function lockHandle(handle: FileHandle, mode: 'try' | 'wait', signal?: AbortSignal): Promise<boolean> {
  const words = [...(mode === 'try' ? ['--nonblock'] : []), '--conflict-exit-code', String(takenCode), '3'];
  const child = spawn(...endsWithUs('flock', words), { stdio: ['ignore', 'ignore', 'pipe', handle.fd], signal });
  if (child.stderr === null) throw new Error('Node.js gave no pipe.');
  const [[code], errors] = await Promise.all([once(child, 'exit'), text(child.stderr)]).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new CliError('flock could not be started: it is in the package util-linux.', { cause });
  });
  if (code === takenCode) return false;
  if (code !== 0) throw new CliError(`No lock could be taken: ${errors.trim()}`);
  return true;
}
