import { existsSync } from 'node:fs';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Screen } from '#shared/screen.ts';
import type { Application } from '#worker/application.ts';
import { type Child, startChild } from '#worker/process/child.ts';
import type { ChildExit } from '#worker/process/exit.ts';
import { descendants, signal, withEnvironment } from '#worker/process/tree.ts';
import { type DisplayAddress, displaySocket } from './display.ts';
import type { InstancePaths } from './paths.ts';
import { applicationPath, findProgram } from './program.ts';
import { hostMounts, type Isolation, isolate, type Mount } from './sandbox.ts';
import type { SoundAddress } from './sound.ts';

export interface AppOptions {
  id: string;
  application: Application;
  screen: Screen;
  display: DisplayAddress;
  sound: SoundAddress | null;
  paths: InstancePaths;
  /** Devices that it sees besides: its gamepads. */
  devices: readonly string[];
  logFile: string;
  isolation: Isolation;
  /** The words before a command line that put it into the instance's IPC namespace. */
  enter: readonly string[];
  log: Logger;
  onExit: (exit: ChildExit) => void;
}

export interface App {
  child: Child;
  pids(): number[];
  /** Ends it with all that it started. */
  stop(): Promise<void>;
}

/** The name of the variable that tells an application its session, and us which processes are of that session. */
const sessionVariable = 'FARPANE_SESSION';

/**
 * Starts the application in its sandbox.
 *
 * @throws AppError `application_failed` where it can't be started at all.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { id, application, isolation, enter, logFile, log, onExit } = options;
  const name = `The application '${application.name}'`;
  const refuse = (why: string, cause?: unknown): AppError =>
    new AppError('application_failed', { message: `${name} could not be started: ${why}`, cause });

  const path = application.environment['PATH'] ?? applicationPath;
  const program = findProgram(application.command, path);
  if (program === undefined) throw refuse(`the command '${application.command}' was not found`);
  const { workingDirectory } = application;
  if (workingDirectory !== undefined && !existsSync(workingDirectory)) {
    throw refuse(`its working directory '${workingDirectory}' does not exist`);
  }

  const seen = seenPaths(options);
  const line = isolate(isolation, {
    enter,
    mounts: [...hostMounts, ...applicationMounts(options, program, seen)],
    workingDirectory: workingDirectory ?? seen.home,
    program: { command: program, arguments: application.arguments },
  });
  const child = await startChild({
    name,
    ...line,
    environment: { PATH: path, ...applicationEnvironment(options, seen) },
    workingDirectory: isolation.kind === 'sandbox' ? '/' : (workingDirectory ?? seen.home),
    logFile,
    // bwrap dies of SIGTERM, and the application with it: it would have no time to save anything.
    stopSignalTo: isolation.kind === 'sandbox' ? 'descendants' : 'group',
    log,
    onExit,
  }).catch((cause: unknown) => {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  });
  return {
    child,
    pids: () => [child.pid, ...descendants(child.pid)],
    async stop() {
      await child.stop();
      // Without a sandbox, a process may have left the group. It still has the environment that it was started with.
      if (isolation.kind !== 'sandbox') for (const pid of withEnvironment(sessionVariable, id)) signal(pid, 'SIGKILL');
    },
  };
}

/** Where the application finds what is its own. */
interface SeenPaths {
  home: string;
  runtime: string;
  xauthority: string;
  soundSocket: string;
  extraData: string;
  sockets: string;
}

const seenPaths = ({ isolation, paths }: AppOptions): SeenPaths =>
  isolation.kind === 'sandbox'
    ? {
        home: '/home/nobody',
        runtime: '/run/user/nobody',
        xauthority: '/run/farpane/Xauthority',
        soundSocket: '/run/farpane/pulse',
        extraData: '/run/farpane/extra-data.json',
        sockets: '/run/farpane/sockets',
      }
    : paths;

function applicationMounts(
  { application, display, sound, paths, devices }: AppOptions,
  program: string,
  seen: SeenPaths,
): Mount[] {
  const { workingDirectory } = application;
  const screenSocket = displaySocket(display.name);
  return [
    { from: paths.home, to: seen.home, access: 'write' },
    { from: paths.runtime, to: seen.runtime, access: 'write' },
    { from: paths.xauthority, to: seen.xauthority, access: 'read' },
    { from: paths.extraData, to: seen.extraData, access: 'read' },
    { from: paths.sockets, to: seen.sockets, access: 'read' },
    ...devices.map((path): Mount => ({ from: path, to: path, access: 'device' })),
    { from: paths.passwd, to: '/etc/passwd', access: 'read' },
    { from: screenSocket, to: screenSocket, access: 'read' },
    ...(sound === null ? [] : [{ from: paths.soundSocket, to: seen.soundSocket, access: 'read' } satisfies Mount]),
    ...(workingDirectory === undefined ? [] : [{ from: workingDirectory, to: workingDirectory, access: 'read' } satisfies Mount]),
    // A program outside /usr is shown alone; whatever it needs beside it belongs in the working directory.
    ...(isInside(program, ['/usr', '/bin', '/sbin', workingDirectory])
      ? []
      : [{ from: program, to: program, access: 'read' } satisfies Mount]),
  ];
}

const isInside = (path: string, directories: readonly (string | undefined)[]): boolean =>
  directories.some((directory) => directory !== undefined && path.startsWith(directory === '/' ? '/' : `${directory}/`));

function applicationEnvironment(
  { id, application, screen, display, sound }: AppOptions,
  seen: SeenPaths,
): Record<string, string> {
  return {
    HOME: seen.home,
    USER: 'nobody',
    LOGNAME: 'nobody',
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    XDG_RUNTIME_DIR: seen.runtime,
    DISPLAY: display.name,
    XAUTHORITY: seen.xauthority,
    ...(sound === null ? { SDL_AUDIODRIVER: 'dummy' } : { PULSE_SERVER: `unix:${seen.soundSocket}`, SDL_AUDIODRIVER: 'pulse' }),
    FARPANE_EXTRA_DATA: seen.extraData,
    FARPANE_SOCKETS: seen.sockets,
    FARPANE_WIDTH: String(screen.width),
    FARPANE_HEIGHT: String(screen.height),
    FARPANE_FPS: String(screen.fps),
    FARPANE_DENSITY: String(screen.density),
    ...application.environment,
    [sessionVariable]: id,
  };
}
