import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { memoryOf } from '#worker/process/memory.ts';
import type { Opening } from '#worker/session/opening.ts';
import { backOffMs, type Kind, plan, type WarmWish } from './warm-plan.ts';

export interface WarmPoolOptions {
  wish: WarmWish;
  /** How many more sessions the host could take. */
  free: () => number;
  /** For how long nothing should be started, for a session is; 0 where there is none. Milliseconds. */
  busyForMs: () => number;
  make: (kind: Kind) => Promise<Opening>;
  /** How many wait has changed. */
  onChange: () => void;
  log: Logger;
}

interface Waiting {
  kind: Kind;
  opening: Opening;
}

/** One that has lived for so long was no failure of its kind. Milliseconds. */
const soundMs = 60_000;

/**
 * What waits ready for sessions to come. It is made one at a time, while no session starts, is used once, and is replaced where it
 * dies, ever more slowly where it keeps dying.
 */
export class WarmPool {
  readonly #options: WarmPoolOptions;
  readonly #ready: Waiting[] = [];
  readonly #failures = new Map<Kind, { count: number; until: number }>();
  readonly #ending = new Set<Promise<void>>();
  #making: { kind: Kind; done: Promise<void> } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
  }

  /** How many wait ready. */
  get size(): number {
    return this.#ready.length;
  }

  /** Takes one that waits, which is then the caller's. @param kinds what would do, the best first. */
  take(kinds: readonly Kind[]): Opening | null {
    for (const kind of kinds) {
      const at = this.#ready.findIndex((waiting) => waiting.kind === kind);
      const [taken] = at < 0 ? [] : this.#ready.splice(at, 1);
      if (taken === undefined) continue;
      this.#failures.delete(kind);
      this.#options.onChange();
      return taken.opening;
    }
    return null;
  }

  /** Slots were taken or came free: what is missing is made in its time, and what is too much is ended. */
  update(): void {
    this.#later(0);
  }

  /** Ends all that waits. Resolves when it is gone. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { opening } of this.#ready.splice(0)) this.#end(opening);
    await this.#making?.done;
    await Promise.all(this.#ending);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => this.#work(), ms);
  }

  #work(): void {
    const { wish, free, busyForMs } = this.#options;
    if (this.#closed || this.#making !== null) return;
    const have = this.#ready.map(({ kind }) => kind);
    const { start, surplus } = plan(wish, free(), have);
    for (const kind of surplus) {
      const opening = this.take([kind]);
      if (opening !== null) this.#end(opening);
    }
    if (start.length === 0) return;
    const waits = start.map((kind) => Math.max(0, (this.#failures.get(kind)?.until ?? 0) - performance.now()));
    const soonest = Math.min(...waits);
    const wait = Math.max(soonest, busyForMs());
    if (wait > 0) {
      this.#later(wait);
      return;
    }
    const kind = start[waits.indexOf(soonest)];
    if (kind === undefined) return;
    const done = this.#make(kind).finally(() => {
      this.#making = null;
      this.#later(0);
    });
    this.#making = { kind, done };
  }

  async #make(kind: Kind): Promise<void> {
    const { make, onChange, log } = this.#options;
    const startedAt = performance.now();
    try {
      const opening = await make(kind);
      if (this.#closed) {
        await opening.close();
        return;
      }
      const waiting: Waiting = { kind, opening };
      this.#ready.push(waiting);
      const lost = (error: AppError | null): void => this.#lost(waiting, startedAt, error);
      void opening.stage.failed.then(lost);
      void opening.prestarted?.ended.then(lost);
      const mebibytes = Math.round((await memoryOf(await opening.pids())) / 2 ** 20);
      log.info('warm.ready', { application: kind, ms: Math.round(performance.now() - startedAt), mebibytes });
      onChange();
    } catch (error) {
      this.#failed(kind, AppError.from(error));
    }
  }

  /** One that waited has died; what was taken is no matter of this any more. */
  #lost(waiting: Waiting, startedAt: number, error: AppError | null): void {
    const at = this.#ready.indexOf(waiting);
    if (at < 0) return;
    this.#ready.splice(at, 1);
    this.#end(waiting.opening);
    this.#options.onChange();
    if (performance.now() - startedAt > soundMs) this.#failures.delete(waiting.kind);
    this.#failed(waiting.kind, error ?? new AppError('application_exited', { message: 'The application has ended.' }));
    this.#later(0);
  }

  #failed(kind: Kind, error: AppError): void {
    const count = (this.#failures.get(kind)?.count ?? 0) + 1;
    const waitMs = backOffMs(count);
    this.#failures.set(kind, { count, until: performance.now() + waitMs });
    this.#options.log.warn('warm.failed', { application: kind, failures: count, waitMs, error });
  }

  #end(opening: Opening): void {
    const ending = opening
      .close()
      .catch((error: unknown) => this.#options.log.error('warm.close-failed', { error }))
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
