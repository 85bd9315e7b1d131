import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Where an application's command is looked for, and the application's own PATH. */
export const applicationPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games';

/** The absolute path of `command`: itself, or the first of its name in `path`. Undefined where there is none that may be run. */
export function findProgram(command: string, path: string): string | undefined {
  if (isAbsolute(command)) return isProgram(command) ? command : undefined;
  if (command.includes('/')) return undefined;
  return path
    .split(':')
    .map((directory) => join(directory, command))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
