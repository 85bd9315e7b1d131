import type { LoggedOptions } from './command.ts';

/** One thing that setup sees to. */
export interface Step {
  readonly name: string;
  /** What goes on without it, and how: where this is said, setup goes on when it fails. */
  readonly without?: string;
  /** Says what is missing, in words; undefined where nothing is. Changes nothing. */
  check(): Promise<string | undefined>;
  /** Puts it in place. Throws where it can't; `check` is asked again afterwards. */
  run(tools: StepTools): Promise<void>;
}

export interface StepTools {
  /** Runs a command, with what it says in the step's log. @throws CommandFailed */
  run(command: string, args: readonly string[], options?: Omit<LoggedOptions, 'signal'>): Promise<void>;
  /** Says what goes on now, beside the step's name. */
  note(text: string): void;
}
