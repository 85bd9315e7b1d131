import { type LineWish, lineFor } from '#edge/line/name.ts';
import type { HostView } from '#shared/host.ts';
import { offers } from './choices.ts';

/** A line is told of slots for so long after it has asked; it asks again before. */
export const lineWatchMs = 30_000;

interface Watch extends LineWish {
  readonly untilMs: number;
}

/** The lines that want to hear of hosts with a slot. All times are given: milliseconds since the epoch. */
export class LineWatch {
  readonly #lines = new Map<string, Watch>();

  watch(line: string, nowMs: number): void {
    this.#lines.set(line, { ...lineFor(line), untilMs: nowMs + lineWatchMs });
  }

  /** The lines that this host has a slot for. */
  wokenBy(view: HostView, nowMs: number): string[] {
    for (const [line, { untilMs }] of this.#lines) if (untilMs <= nowMs) this.#lines.delete(line);
    if (view.draining || view.used >= view.slots) return [];
    return [...this.#lines].flatMap(([line, wish]) =>
      offers(view, wish) && (wish.region === '' || wish.region === view.region) ? [line] : [],
    );
  }
}
