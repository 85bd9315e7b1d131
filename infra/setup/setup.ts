import { mkdir, open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '#infra/cli.ts';
import { config } from '#infra/config.ts';
import { listenForInterruption } from '#infra/interruption.ts';
import { lockHandle } from '#infra/lock.ts';
import { makeStateFolder } from '#infra/state-folder.ts';
import { gstreamerAddon } from './addon.ts';
import { aptStep } from './apt.ts';
import { CommandFailed, logTail, runLogged } from './command.ts';
import {
  flashBeep,
  gamepad,
  glassTracer,
  keyclock,
  pacing,
  painter,
  penDriver,
  playoutDelay,
  propertyText,
  screenSource,
  timecode,
} from './compile.ts';
import { mediasoupWorker } from './mediasoup.ts';
import { packages } from './packages.ts';
import { ProgressLine } from './progress.ts';
import type { Step } from './step.ts';

/** What is seen to, in this order: later steps need earlier ones. */
export function setupSteps({ tests }: { tests: boolean }): Step[] {
  const names = [...packages.run, ...packages.build, ...packages.demo, ...(tests ? packages.test : [])];
  return [
    aptStep('system packages', names),
    gstreamerAddon,
    mediasoupWorker,
    playoutDelay,
    propertyText,
    screenSource,
    penDriver,
    gamepad,
    ...(tests ? [painter, timecode, flashBeep, glassTracer, keyclock, pacing] : []),
  ];
}

/**
 * Puts in place what is missing. `tests`: what only tests and benches need, too.
 *
 * @throws CliError that names the step, the command and the log.
 */
export async function runSetup(options: { tests: boolean }): Promise<void> {
  using interruption = listenForInterruption('Set-up');
  const { signal } = interruption;
  await makeStateFolder(config.stateDir);
  await runSteps(setupSteps(options), { logDir: resolve(config.stateDir, 'logs'), ofCheckout: config.root, signal });
}

export interface RunStepsOptions {
  logDir: string;
  /** The folder that is locked meanwhile: two set-ups of one checkout would write the same files. */
  ofCheckout: string;
  /** Ends what runs; the next set-up takes it up again. */
  signal?: AbortSignal;
}

/**
 * Checks all steps at once, then runs those that are needed, one after the other.
 *
 * @throws CliError that says what went wrong; the reason of `signal`.
 */
export async function runSteps(steps: readonly Step[], { logDir, ofCheckout, signal }: RunStepsOptions): Promise<void> {
  const began = performance.now();
  await mkdir(logDir, { recursive: true });
  const missing = await Promise.all(steps.map((step) => step.check()));
  if (missing.every((what) => what === undefined)) {
    process.stdout.write(`  setup                  nothing is missing (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
    return;
  }
  await using checkout = await open(ofCheckout);
  if (!(await lockHandle(checkout, 'try'))) {
    process.stdout.write('  setup                  waits for another one of this checkout\n');
    await lockHandle(checkout, 'wait', signal);
  }
  for (const step of steps) {
    const what = await step.check();
    signal?.throwIfAborted();
    if (what !== undefined) await runStep(step, logDir, signal);
  }
}

async function runStep(step: Step, logDir: string, signal: AbortSignal | undefined): Promise<void> {
  const logFile = resolve(logDir, `setup-${step.name.toLowerCase().replaceAll(' ', '-')}.log`);
  await rm(logFile, { force: true });
  const line = new ProgressLine(step.name);
  const onAbort = (): void => line.note('is being ended');
  signal?.addEventListener('abort', onAbort);
  try {
    await step.run({
      run: (command, args, options) => runLogged(command, args, logFile, { ...options, signal }),
      note: (text) => line.note(text),
    });
    const still = await step.check();
    if (still !== undefined) throw new CliError(`It was put in place, but still: ${still}`);
  } catch (error) {
    if (signal?.aborted === true) {
      line.end('was ended after');
      throw signal.reason;
    }
    line.end('failed after');
    if (step.without !== undefined) {
      process.stdout.write(`${await explain(step.name, error, logFile)}\n  It goes on without: ${step.without}\n`);
      return;
    }
    throw new CliError(await explain(step.name, error, logFile), { cause: error });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  line.end('done in');
}

async function explain(name: string, error: unknown, logFile: string): Promise<string> {
  const what = error instanceof Error ? error.message : String(error);
  if (!(error instanceof CommandFailed)) return `Setup failed at the step '${name}'.\n${what}`;
  const tail = (await logTail(logFile)).map((line) => `  | ${line}`);
  return [`Setup failed at the step '${name}'.`, `command: ${error.command}`, `result: ${what}`, `log: ${logFile}`, ...tail].join(
    '\n',
  );
}
