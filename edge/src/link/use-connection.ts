import type { Env } from '#edge/env.ts';
import { calling, roomNamed } from '#edge/objects.ts';
import type { HostView } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { EventDelivery } from './events.ts';
import { watchHosts } from './host-watch.ts';
import type { HostTable } from './hosts.ts';
import { ackWaitMs, type NatsConnection, takeEvents } from './nats.ts';
import type { TrackedSessions } from './tracked.ts';

const sweepEveryMs = 1000;
const roomsAtOnce = 16;

export interface ConnectionUse {
  readonly env: Env;
  readonly log: Logger;
  /** The link's name, as the hosts are told it. */
  readonly link: string;
  readonly hosts: HostTable;
  readonly tracked: TrackedSessions;
  /** A host has told of itself. */
  readonly seen: (view: HostView) => void;
  /** Looks for hosts that are lost; never rejects. */
  readonly sweep: () => Promise<unknown>;
}

/**
 * Puts a new connection to use: hosts' events go to their rooms, and the table of hosts is kept. Resolves when all is known that was
 * told before.
 */
export async function useConnection(nats: NatsConnection, down: AbortSignal, use: ConnectionUse): Promise<void> {
  const { env, log, hosts, tracked, seen } = use;
  const delivery = new EventDelivery({
    log,
    deliver: (event) =>
      calling(
        () => roomNamed(env, event.session),
        (room) => room.onHostEvent(event),
      ),
    signal: down,
    concurrency: roomsAtOnce,
    workingEveryMs: ackWaitMs / 3,
    retryDelayMs: (attempt) => Math.min(30_000, 250 * 2 ** Math.min(attempt, 10)),
  });
  await takeEvents(nats, use.link, (message) => delivery.take(message), down);
  down.throwIfAborted();
  const sweeper = setInterval(() => void use.sweep(), sweepEveryMs);
  down.addEventListener('abort', () => {
    clearInterval(sweeper);
    hosts.interrupt(Date.now());
  });
  await watchHosts(nats, { hosts, expected: () => tracked.runs(), seen, log });
}
