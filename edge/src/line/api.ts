import type { WireError } from '#shared/errors.ts';

/**
 * How a session stands after it entered a line. `place`: from 1; null where its turn came at once, and then `error` says why nobody
 * took it, if so.
 */
export interface Standing {
  readonly place: number | null;
  readonly error?: WireError | undefined;
}

/** What rooms and links ask of a line, by RPC. */
export interface LineApi {
  /** Stands a session at the end; one that stands there keeps its place. The first has its turn before this resolves. */
  enter(session: string): Promise<Standing>;
  /** Does nothing where it does not stand there. */
  leave(session: string): Promise<void>;
  /** There may be a slot. @returns whether anybody waits. */
  wake(): Promise<boolean>;
}
