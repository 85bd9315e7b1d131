import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './config.ts';

/** Forks the process that runs pipelines (child/main.ts); its messages are those of messages.ts, and what it writes as errors is kept. */
export const forkChild = (gstreamerPluginPath: string, enter: readonly string[]): ChildProcess =>
  fork(fileURLToPath(new URL('./child/main.ts', import.meta.url)), [], {
    env: childEnvironment(gstreamerPluginPath),
    ...interpreter(enter),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });

/** What runs the child: Node itself, or what enters a namespace first and then becomes Node. */
function interpreter([command, ...words]: readonly string[]): { execPath: string; execArgv: string[] } {
  return command === undefined
    ? { execPath: process.execPath, execArgv: [] }
    : { execPath: command, execArgv: [...words, process.execPath] };
}
