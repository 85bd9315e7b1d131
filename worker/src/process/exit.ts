/** How a child ended: exactly one of `code` and `signal` is there. */
export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** How long it ran, in milliseconds. */
  ranMs: number;
  /** The last line that it wrote to stderr, or the empty string. */
  lastLine: string;
}

/** Says how a child ended, to follow its name: `exited with code 1 after 0.2 s: cannot open display`. */
export function describeExit({ code, signal, ranMs, lastLine }: ChildExit): string {
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  return `${how} after ${describeDuration(ranMs)}${lastLine === '' ? '' : `: ${lastLine}`}`;
}

/** A duration for people: `0.2 s`, `4 min`. */
export function describeDuration(ms: number): string {
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Why a child did not start. `message` is for people and begins with the child's name. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly reason: 'spawn' | 'exit' | 'timeout' | 'stopped';

  constructor(reason: StartError['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
