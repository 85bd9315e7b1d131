import { randomBytes } from 'node:crypto';
import type { AppError } from '#shared/errors.ts';
import type { LaunchOrder } from '#shared/host.ts';
import { Screen } from '#shared/screen.ts';
import { untraced } from '#shared/trace.ts';
import type { Application } from '#worker/application.ts';
import { type Instance, startInstance } from '#worker/instance/instance.ts';
import { lateLog } from './late-log.ts';
import { displayFor, withinLimits } from './screen.ts';
import { type Stage, type StageOptions, setStage } from './stage.ts';

/** An application that was started before anybody asked for it. */
export interface Prestarted {
  readonly instance: Instance;
  /** The screen that it was started with. */
  readonly screen: Screen;
  /** Resolves when it has ended: with null where it did by itself. */
  readonly ended: Promise<AppError | null>;
}

/** What a session begins with: a stage, and its application where that was started beforehand. It is good for one session. */
export interface Opening {
  readonly stage: Stage;
  readonly prestarted: Prestarted | null;
  /** Its processes, as far as they are known. */
  pids(): Promise<number[]>;
  close(): Promise<void>;
}

export interface OpeningOptions extends StageOptions {
  /** The application to start too. */
  prestart?: Application;
  stateDirectory: string;
}

/** Makes an opening. @throws AppError what its first failure is; nothing is left then. */
export async function makeOpening(options: OpeningOptions): Promise<Opening> {
  const stage = await setStage(options);
  const { prestart } = options;
  const prestarted = prestart === undefined ? null : await startOn(stage, prestart, options);
  return {
    stage,
    prestarted,
    async pids() {
      const capture = await stage.captures.current();
      return [...new Set([...(prestarted?.instance.pids() ?? stage.base.pids()), capture.pid])];
    },
    async close() {
      await stage.closeUsers();
      await prestarted?.instance.close();
      await stage.close();
    },
  };
}

/** The screen of an application that starts before its session's own wishes are known: the usual one, of the density that is expected. */
const expectedScreen = ({ warmDensity }: Application): Screen => Screen.parse({ density: warmDensity });

/** Whether an application that was started beforehand is what the session would have had started. */
export const suits = (application: Application, { extraData, screen }: LaunchOrder): boolean =>
  extraData === null && (application.density === 'fixed' || screen.density === application.warmDensity);

/** The extra data is null. */
async function startOn(
  stage: Stage,
  application: Application,
  { stateDirectory, log: firstLog }: OpeningOptions,
): Promise<Prestarted> {
  const { log, become } = lateLog(firstLog);
  stage.onAssigned(become);
  const ended = Promise.withResolvers<AppError | null>();
  const screen = withinLimits(expectedScreen(application), application.maxScreen);
  try {
    await stage.input.resize(displayFor(screen, application));
    const instance = await startInstance({
      ...{ base: stage.base, application, screen, stateDirectory, log, scope: untraced() },
      id: `warm-${randomBytes(6).toString('hex')}`,
      extraData: null,
      devices: [],
      onFailure: ended.resolve,
      onEnded: () => ended.resolve(null),
    });
    return { instance, screen, ended: ended.promise };
  } catch (error) {
    await stage.close();
    throw error;
  }
}
