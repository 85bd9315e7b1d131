import { decodeJson } from '#shared/decode.ts';
import { HostView } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { hostBucket } from '#shared/subjects.ts';
import type { HostRun, HostTable } from './hosts.ts';
import { type NatsConnection, watchBucket } from './nats.ts';

export interface HostWatchOptions {
  readonly hosts: HostTable;
  /** The runs that have sessions: they are watched whether they tell of themselves or not. */
  readonly expected: () => readonly HostRun[];
  /** A host has told of itself. */
  readonly seen: (view: HostView) => void;
  readonly log: Logger;
}

/** Keeps the table of hosts up to what they tell of themselves. Resolves when all that was there has been told. */
export function watchHosts(connection: NatsConnection, { hosts, expected, seen, log }: HostWatchOptions): Promise<void> {
  return watchBucket(connection, hostBucket, {
    put(value) {
      try {
        const view = decodeJson(HostView, value, 'host view');
        hosts.see(view, Date.now());
        seen(view);
      } catch (error) {
        log.warn('host.malformed', { error });
      }
    },
    removed: (key) => hosts.withdraw(key),
    complete() {
      for (const run of expected()) hosts.expect(run, Date.now());
      hosts.complete(Date.now());
    },
  });
}
