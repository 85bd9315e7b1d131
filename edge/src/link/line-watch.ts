import type { HostView } from '#shared/host.ts';
import { offers } from './choices.ts';

/** A line is told of slots for so long after it has asked; it asks again before. */
export const lineWatchMs = 30_000;

interface Watch {
  readonly app: string;
  /** "" = any. */
  readonly region: string;
  readonly untilMs: number;
}

/** The lines that want to hear of hosts with a slot. All times are given: milliseconds since the epoch. */
export class LineWatch {
  readonly #lines = new Map<string, Watch>();

  watch(line: string, app: string, region: string, nowMs: number): void {
    this.#lines.set(line, { app, region, untilMs: nowMs + lineWatchMs });
  }

  /** The lines that this host has a slot for. */
  wokenBy(view: HostView, nowMs: number): string[] {
    for (const [line, { untilMs }] of this.#lines) if (untilMs <= nowMs) this.#lines.delete(line);
    if (view.draining || view.used >= view.slots) return [];
    return [...this.#lines].flatMap(([line, { app, region }]) =>
      offers(view, app) && (region === '' || region === view.region) ? [line] : [],
    );
  }
}
