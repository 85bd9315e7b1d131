import { type LineWish, lineFor } from '#edge/line/name.ts';
import type { HostView } from '#shared/host.ts';
import { offers, versionIn, type Wanted } from './choices.ts';

/** What a line has said is good for so long; it says it again before. */
export const lineWatchMs = 30_000;

export interface Watch extends LineWish {
  readonly line: string;
  /** Whether slots are for those who stand there: they have found all taken. */
  readonly holds: boolean;
  readonly untilMs: number;
}

/** The lines that want to hear of hosts with a slot. All times are given: milliseconds since the epoch. */
export class LineWatch {
  /** By application, and by the line's name: whoever asks for an application that nobody waits for looks once. */
  readonly #lines = new Map<string, Map<string, Watch>>();
  /** Which wake each line was the first of, or came after: the lower, the longer ago. */
  readonly #turns = new Map<string, number>();
  #wakes = 0;

  watch(line: string, holds: boolean, nowMs: number): void {
    const wish = lineFor(line);
    if (!this.#turns.has(line)) this.#turns.set(line, ++this.#wakes);
    const ofApp = this.#lines.get(wish.app) ?? new Map<string, Watch>();
    this.#lines.set(wish.app, ofApp.set(line, { ...wish, line, holds, untilMs: nowMs + lineWatchMs }));
  }

  /** Nobody waits there. */
  unwatch(line: string): void {
    const { app } = lineFor(line);
    this.#turns.delete(line);
    const ofApp = this.#lines.get(app);
    if (ofApp?.delete(line) === true && ofApp.size === 0) this.#lines.delete(app);
  }

  /** Nobody waited there when it was woken: does nothing where it has said something since. */
  drop(watch: Watch): void {
    if (this.#lines.get(watch.app)?.get(watch.line) === watch) this.unwatch(watch.line);
  }

  /**
   * The lines that this host has a slot for, in the order in which they are to have their turns: each time another is the first, so that
   * no line waits for the end of another that never ends.
   */
  wokenBy(view: HostView, nowMs: number): Watch[] {
    for (const ofApp of this.#lines.values()) {
      for (const watch of ofApp.values()) if (watch.untilMs <= nowMs) this.drop(watch);
    }
    if (view.draining || view.used >= view.slots) return [];
    const apps = new Set(view.applications.map(({ name }) => name));
    const served = [...apps].flatMap((app) =>
      [...(this.#lines.get(app)?.values() ?? [])].filter(
        (wish) => (wish.region === '' || wish.region === view.region) && offers(view, wish),
      ),
    );
    const turnOf = ({ line }: Watch): number => this.#turns.get(line) ?? 0;
    const inTurn = served.toSorted((a, b) => turnOf(a) - turnOf(b));
    if (inTurn[0] !== undefined) this.#turns.set(inTurn[0].line, ++this.#wakes);
    return inTurn;
  }

  /** Whether slots for that version of the application in that region are for those who wait in a line. */
  holds({ app, appVersion }: Wanted, region: string, views: () => readonly HostView[], nowMs: number): boolean {
    const ofApp = this.#lines.get(app);
    if (ofApp === undefined) return false;
    return [...ofApp.values()].some(
      (each) =>
        each.holds &&
        each.untilMs > nowMs &&
        (each.region === '' || each.region === region) &&
        (versionIn(views(), each, each.region) || each.appVersion) === appVersion,
    );
  }
}
