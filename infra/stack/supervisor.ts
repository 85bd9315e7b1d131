import type { Child } from './child.ts';

export type SupervisorEvent =
  | { type: 'starting'; part: string }
  | { type: 'ready'; part: string; pid: number; tookMs: number }
  | { type: 'stopping'; part: string }
  | { type: 'stopped'; part: string }
  | { type: 'died'; part: string; how: string };

interface Part {
  readonly name: string;
  readonly launch: () => Promise<Child>;
  child: Child | null;
}

/**
 * Starts parts in the order in which they were added and stops them in reverse. When one ends by itself, all are stopped,
 * since none is of use without the others.
 */
export class Supervisor {
  /** Resolves when a part ended without having been asked to, after all others were stopped. */
  readonly failed: Promise<Error>;
  readonly #fail: (error: Error) => void;
  readonly #parts: Part[] = [];
  readonly #onEvent: (event: SupervisorEvent) => void;
  #closing: Promise<void> | null = null;

  constructor(onEvent: (event: SupervisorEvent) => void = () => undefined) {
    this.#onEvent = onEvent;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#fail = resolve;
  }

  add(name: string, launch: () => Promise<Child>): void {
    this.#parts.push({ name, launch, child: null });
  }

  /** @throws what the part that failed threw; all that had been started are stopped by then. */
  async startAll(): Promise<void> {
    try {
      for (const part of this.#parts) await this.#start(part);
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
    this.#closing ??= this.#stopAll();
    return this.#closing;
  }

  async #start(part: Part): Promise<void> {
    const began = performance.now();
    this.#onEvent({ type: 'starting', part: part.name });
    const child = await part.launch();
    if (this.#closing !== null) {
      await child.stop();
      throw new Error(`${part.name} was started while everything was being stopped.`);
    }
    part.child = child;
    this.#onEvent({ type: 'ready', part: part.name, pid: child.pid, tookMs: performance.now() - began });
    void child.exited.then((how) => this.#onExit(part, child, how));
  }

  async #stop(part: Part): Promise<void> {
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
    await this.close();
    this.#fail(new Error(`${part.name} ended by itself: ${how}${last === '' ? '' : `\n${last}`}`));
  }

  #part(name: string): Part {
    const part = this.#parts.find((candidate) => candidate.name === name);
    if (part === undefined)
      throw new Error(`There is no part ${name}: there are ${this.#parts.map((each) => each.name).join(', ')}.`);
    return part;
  }
}
