import { type FileHandle, open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '#infra/cli.ts';
import { lockHandle } from '#infra/lock.ts';
import { makeStateFolder } from '#infra/state-folder.ts';
import { isRunning } from '#worker/process/tree.ts';

const pollMs = 50;
/** For as long an owner may not have written yet who it is. */
const tellsWithinMs = 2000;

/**
 * Takes the state folder for this process alone: two stacks would write over each other's files, and into one NATS store.
 * It is given back when the handle is closed, and with the process.
 *
 * @throws CliError that names the process that has it, or says why the folder can't be used.
 */
export async function ownState(stateDir: string): Promise<FileHandle> {
  await makeStateFolder(stateDir);
  const file = resolve(stateDir, 'owner');
  const handle = await open(file, 'a', 0o600);
  try {
    if (!(await lockHandle(handle, 'try'))) throw new CliError(taken(stateDir, await ownerOf(file)));
    await handle.truncate();
    await handle.write(`${process.pid}\n`);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What the owner wrote; undefined where it says nothing in time. A process that has gone is one before it. */
async function ownerOf(file: string): Promise<number | undefined> {
  for (let waited = 0; waited < tellsWithinMs; waited += pollMs) {
    const pid = Number(await readFile(file, 'utf8'));
    if (Number.isInteger(pid) && pid > 0 && isRunning(pid)) return pid;
    await delay(pollMs);
  }
  return undefined;
}

const taken = (stateDir: string, pid: number | undefined): string =>
  `Farpane runs already with the state folder ${stateDir}${pid === undefined ? '' : `: process ${pid}`}.
End it (Ctrl-C where it runs${pid === undefined ? '' : `, or kill ${pid}`}), or give this one a folder of its own: FARPANE_STATE=FOLDER npm start`;
