import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#shared/errors.ts';
import type { Application } from '#worker/application.ts';
import type { Child } from '#worker/process/child.ts';
import { type ChildExit, describeExit } from '#worker/process/exit.ts';

/** What ended first of an instance, and how. */
export interface End {
  part: 'application' | 'display' | 'sound';
  exit: ChildExit;
}

/** What ended of that which an application stands on. */
export type BaseEnd = End & { part: 'display' | 'sound' };

/** How long the end of a display may be told of after that of the application that it took along, in milliseconds. */
const displayGraceMs = 100;

/**
 * Why an instance has ended, for people; undefined where its application did as it was meant to. An application without its
 * display exits too, and may be heard of first: so the display is asked before the application is blamed.
 */
export async function judge(
  { part, exit }: End,
  application: Application,
  display: { child: Child },
): Promise<AppError | undefined> {
  if (part !== 'application') return judgeBase({ part, exit });
  if (exit.code === 0) return undefined;
  const displayExit = await survives(display.child, displayGraceMs);
  if (displayExit !== undefined) return judgeBase({ part: 'display', exit: displayExit });
  return new AppError('application_exited', { message: `The application '${application.name}' ${describeExit(exit)}` });
}

/** The same of a part that never ends as it was meant to. */
export function judgeBase({ part, exit }: BaseEnd): AppError {
  switch (part) {
    case 'display':
      return new AppError('display_failed', { message: `The display server ${describeExit(exit)}` });
    case 'sound':
      return new AppError('sound_failed', { message: `The sound server ${describeExit(exit)}` });
    default:
      throw part satisfies never;
  }
}

/** Resolves after `graceMs` or, with how it ended, as soon as the child has. */
async function survives(child: Child, graceMs: number): Promise<ChildExit | undefined> {
  const timer = new AbortController();
  const waited = delay(graceMs, undefined, { signal: timer.signal }).catch(() => undefined);
  const exit = await Promise.race([child.exited, waited]);
  timer.abort();
  return exit;
}
