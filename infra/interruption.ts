import { constants } from 'node:os';
import { CliError } from './cli.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The signals that ask this process to end, as long as it is listened for them: then they end it at once again. */
export interface Interruption extends Disposable {
  /** Aborts at the first, with a CliError that names it and has the exit code of a shell: 128 and the signal's number. */
  readonly signal: AbortSignal;
}

export function listenForInterruption(what: string): Interruption {
  const stop = new AbortController();
  // npm passes on what the terminal sends too, so that each Ctrl-C comes twice.
  const onSignal = (name: NodeJS.Signals): void =>
    stop.abort(new CliError(`${what} was ended by ${name}.`, { exitCode: 128 + constants.signals[name] }));
  for (const name of names) process.on(name, onSignal);
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
