import { inGroups } from '#edge/in-groups.ts';
import type { Logger } from '#shared/log.ts';
import type { HostRun, HostTable } from './hosts.ts';
import type { TrackedSessions } from './tracked.ts';

const roomsAtOnce = 16;

export interface LostHostsDeps {
  readonly log: Logger;
  readonly hosts: HostTable;
  readonly tracked: TrackedSessions;
  /** Tells a room that its host is lost. */
  readonly tell: (session: string, run: HostRun) => Promise<void>;
}

/** Tells rooms of hosts that are lost. */
export class LostHosts {
  readonly #deps: LostHostsDeps;
  #sweeping = false;

  constructor(deps: LostHostsDeps) {
    this.#deps = deps;
  }

  /** Tells the rooms of those that are lost now; what a room does not take is told again at the next sweep. */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    const { hosts, tracked, log } = this.#deps;
    try {
      for (const run of hosts.lost(Date.now())) {
        const sessions = tracked.of(run);
        log.warn('host.lost', { ...run, sessions: sessions.length });
        const told = await inGroups(sessions, roomsAtOnce, (session) => this.#tell(session, run));
        if (told.every(Boolean)) hosts.drop(run, Date.now());
      }
    } finally {
      this.#sweeping = false;
    }
  }

  /** @returns whether the room has taken it. */
  async #tell(session: string, run: HostRun): Promise<boolean> {
    const { log, tracked, tell } = this.#deps;
    try {
      await tell(session, run);
      tracked.remove(session);
      return true;
    } catch (error) {
      log.warn('host.lost-untold', { session, error });
      return false;
    }
  }
}
