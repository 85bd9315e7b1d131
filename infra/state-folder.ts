import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { describeSystemFailure } from '#shared/system-failure.ts';
import { CliError } from './cli.ts';

/** What a start and some hours of logs and events take. */
const neededMib = 32;
/** With less than this, what failed may have failed for that. */
const fullBelowMib = 1;

const another = 'FARPANE_STATE=FOLDER takes another one.';

/**
 * Makes the state folder where it is not there.
 *
 * @throws CliError that says why it can't be used: it is a file, can't be written, or has no room.
 */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = describeSystemFailure(cause);
    throw why === undefined ? cause : new CliError(`The state folder can't be used: ${why}.\n${another}`, { cause });
  }
  const mib = await roomMib(folder);
  if (mib < neededMib) throw new CliError(`${tooFull(folder, mib)}: ${neededMib} MiB are needed. Make room there; ${another}`);
}

/** Words to add to those of a failure: what they come from where the state folder is full, else nothing. */
export async function fullnessOf(folder: string): Promise<string> {
  const mib = await roomMib(folder);
  return mib < fullBelowMib ? `\n${tooFull(folder, mib)}: make room there, then start again.` : '';
}

/** Says when the folder gets full, and when it has room again: nothing that runs ends by that, but what it is asked for fails. */
export function watchRoom(folder: string, say: (text: string) => void, everyMs = 5000): Disposable {
  let full = false;
  const look = async (): Promise<void> => {
    const mib = await roomMib(folder).catch(() => undefined);
    if (mib === undefined || full === mib < fullBelowMib) return;
    full = !full;
    say(full ? `${tooFull(folder, mib)}: sessions fail until there is more.` : `The state folder ${folder} has room again.`);
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

const tooFull = (folder: string, mib: number): string =>
  `The state folder ${folder} has only ${mib < 1 ? `${Math.floor(mib * 1024)} KiB` : `${Math.floor(mib)} MiB`} of room left`;

/** Room that this user may fill. A file system that tells of no size at all has enough. */
async function roomMib(folder: string): Promise<number> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return blocks === 0 ? Number.POSITIVE_INFINITY : (bavail * bsize) / 1024 ** 2;
}
