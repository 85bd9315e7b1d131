import { type HostView, heartbeat } from '#shared/host.ts';
import { subjectToken } from '#shared/subjects.ts';

/** One run of a host. */
export interface HostRun {
  readonly host: string;
  readonly incarnation: string;
}

interface Run extends HostRun {
  /** What it last told of itself; undefined while only a launch has named it, or when it took its view back. */
  view: HostView | undefined;
  /** When it was last known to live. Milliseconds since the epoch. */
  seenAtMs: number;
  /** Whether it ever told of itself, and whether another run of the host has done so since. */
  told: boolean;
  replaced: boolean;
}

/** A host that fell silent is spoken of for so long. */
const silentForMs = 3600_000;

const keyOf = (run: HostRun): string => `${run.host}/${run.incarnation}`;

/**
 * The runs of hosts as their heartbeats tell of them. A run is lost when it has been silent for `heartbeat.lostAfterMs`
 * or when a later run of its host has told of itself. Silence counts only while the link itself can hear, and from the
 * first full view on. All times are given: milliseconds since the epoch.
 */
export class HostTable {
  readonly #runs = new Map<string, Run>();
  /** When hosts were lost that had not taken their view back, by name: they may be ill. */
  readonly #silent = new Map<string, number>();
  #hearingSinceMs: number | undefined;
  #deafSinceMs: number | undefined;

  /** A heartbeat. */
  see(view: HostView, nowMs: number): void {
    for (const run of this.#runs.values()) {
      // A run that only a launch has named may be newer than this view: silence will tell.
      if (run.host === view.host && run.incarnation !== view.incarnation && run.told) run.replaced = true;
    }
    const { host, incarnation } = view;
    this.#silent.delete(host);
    this.#runs.set(keyOf(view), { host, incarnation, view, seenAtMs: nowMs, told: true, replaced: false });
  }

  /** A host took its view back, as it does at an orderly end; `key` is its subject token. */
  withdraw(key: string): void {
    for (const run of this.#runs.values()) if (subjectToken(run.host) === key) run.view = undefined;
  }

  /** A session runs there: from now on the run is watched, whether its heartbeats came already or not. */
  expect({ host, incarnation }: HostRun, nowMs: number): void {
    const run = this.#runs.get(keyOf({ host, incarnation }));
    if (run === undefined) {
      this.#runs.set(keyOf({ host, incarnation }), {
        host,
        incarnation,
        view: undefined,
        seenAtMs: nowMs,
        told: false,
        replaced: false,
      });
    } else run.seenAtMs = Math.max(run.seenAtMs, nowMs);
  }

  /** All that was there has been told: silence counts from now on. */
  complete(nowMs: number): void {
    this.#hearingSinceMs = nowMs;
    this.#deafSinceMs = undefined;
  }

  /** The link can't hear: nobody is lost, and who was there is still shown, until it can again. */
  interrupt(nowMs: number): void {
    this.#hearingSinceMs = undefined;
    this.#deafSinceMs ??= nowMs;
  }

  /** The runs that are lost now; each is given again until it is dropped. */
  lost(nowMs: number): HostRun[] {
    if (this.#hearingSinceMs === undefined) return [];
    return [...this.#runs.values()]
      .filter((run) => this.#isLost(run, nowMs))
      .map(({ host, incarnation }) => ({ host, incarnation }));
  }

  /** Forgets a run that was lost; does nothing to one that has come back. */
  drop(run: HostRun, nowMs: number): void {
    const found = this.#runs.get(keyOf(run));
    if (found === undefined || !this.#isLost(found, nowMs)) return;
    this.#runs.delete(keyOf(run));
    if (found.view !== undefined && !found.replaced) this.#silent.set(run.host, nowMs);
  }

  /** The newest view of every host that lives. */
  views(nowMs: number): HostView[] {
    const at = this.#deafSinceMs ?? nowMs;
    return [...this.#runs.values()].flatMap((run) => (run.view === undefined || this.#isLost(run, at) ? [] : [run.view]));
  }

  /** How many hosts fell silent within the last hour, and were not heard of again. */
  silent(nowMs: number): number {
    for (const [host, sinceMs] of this.#silent) if (nowMs - sinceMs > silentForMs) this.#silent.delete(host);
    return this.#silent.size;
  }

  #isLost(run: Run, nowMs: number): boolean {
    return run.replaced || nowMs - Math.max(run.seenAtMs, this.#hearingSinceMs ?? 0) >= heartbeat.lostAfterMs;
  }
}
