import type { Child } from './child.ts';

export type SupervisorEvent =
  | { type: 'starting'; part: string }
  | { type: 'ready'; part: string; pid: number; tookMs: number }
  | { type: 'stopping'; part: string }
  | { type: 'stopped'; part: string }
  | { type: 'died'; part: string; how: string };

/** Starts a part; gives up, with nothing left, when `signal` aborts. */
export type Launch = (signal: AbortSignal) => Promise<Child>;

interface Part {
  readonly name: string;
  readonly stage: number;
  readonly launch: Launch;
  child: Child | null;
  /** Settles when its start has come to an end, good or bad. */
  starting: Promise<void> | null;
}

/**
 * Starts parts, stage by stage and those of one stage at once, and stops them one by one in the reverse of the order in which
 * they were added. When one ends by itself, all are stopped, since none is of use without the others.
 */
export class Supervisor {
  /** Resolves when a part ended without having been asked to, after all others were stopped. */
  readonly failed: Promise<Error>;
  readonly #fail: (error: Error) => void;
  readonly #parts: Part[] = [];
  readonly #onEvent: (event: SupervisorEvent) => void;
  readonly #abort = new AbortController();
  #closing: Promise<void> | null = null;

  constructor(onEvent: (event: SupervisorEvent) => void = () => undefined) {
    this.#onEvent = onEvent;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#fail = resolve;
  }

  /** `stage`: after the parts of lower stages are ready. */
  add(stage: number, name: string, launch: Launch): void {
    this.#parts.push({ stage, name, launch, child: null, starting: null });
  }

  /** @throws what the part that failed threw; all that had been started are stopped by then. */
  async startAll(): Promise<void> {
    try {
      for (const stage of new Set(this.#parts.map((part) => part.stage)).values()) {
        await Promise.all(this.#parts.filter((part) => part.stage === stage).map((part) => this.#start(part)));
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async start(name: string): Promise<void> {
    const part = this.#part(name);
    if (part.child === null) await this.#start(part);
  }

  async stop(name: string): Promise<void> {
    await this.#stop(this.#part(name));
  }

  /** @throws Error where the part does not run. */
  pid(name: string): number {
    const { child } = this.#part(name);
    if (child === null) throw new Error(`${name} does not run.`);
    return child.pid;
  }

  close(): Promise<void> {
    this.#abort.abort(new Error('All parts are being stopped.'));
    this.#closing ??= this.#stopAll();
    return this.#closing;
  }

  #start(part: Part): Promise<void> {
    part.starting = this.#launch(part).finally(() => {
      part.starting = null;
    });
    return part.starting;
  }

  async #launch(part: Part): Promise<void> {
    this.#abort.signal.throwIfAborted();
    const began = performance.now();
    this.#onEvent({ type: 'starting', part: part.name });
    const child = await part.launch(this.#abort.signal);
    part.child = child;
    this.#onEvent({ type: 'ready', part: part.name, pid: child.pid, tookMs: performance.now() - began });
    void child.exited.then((how) => this.#onExit(part, child, how));
  }

  async #stop(part: Part): Promise<void> {
    await part.starting?.catch(() => undefined);
    const { child } = part;
    if (child === null) return;
    part.child = null;
    this.#onEvent({ type: 'stopping', part: part.name });
    await child.stop();
    this.#onEvent({ type: 'stopped', part: part.name });
  }

  async #stopAll(): Promise<void> {
    for (const part of this.#parts.toReversed()) await this.#stop(part);
  }

  async #onExit(part: Part, child: Child, how: string): Promise<void> {
    if (part.child !== child || this.#closing !== null) return;
    this.#onEvent({ type: 'died', part: part.name, how });
    const last = child.tail();
    const error = new Error(`${part.name} ended by itself: ${how}${last === '' ? '' : `\n${last}`}`);
    // Those that are being started give up for this reason.
    this.#abort.abort(error);
    await this.close();
    this.#fail(error);
  }

  #part(name: string): Part {
    const part = this.#parts.find((candidate) => candidate.name === name);
    if (part === undefined)
      throw new Error(`There is no part ${name}: there are ${this.#parts.map((each) => each.name).join(', ')}.`);
    return part;
  }
}
