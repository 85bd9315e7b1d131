import { type Bus, serveCall } from '#shared/bus.ts';
import type { HostCall, HostReply, HostRequest } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { hostSubject, placementGroup, placeSubject } from '#shared/subjects.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import type { Host } from './host.ts';

/** Serves the calls to this one host. Returns how to stop. */
export function serveHost(bus: Bus, host: Host, id: string, log: Logger): () => void {
  const serve = <K extends Exclude<HostCall, 'place'>>(call: K, handler: (request: HostRequest<K>) => Promise<HostReply<K>>) =>
    serveCall(bus, hostSubject(id, call), call, { unexpected: (error) => log.error('call.failed', { call, error }) }, handler);
  const stops = [
    serve('release', async ({ session }) => {
      host.release(session);
      return {};
    }),
    serve('launch', async (order) => host.launch(order)),
    serve('settings', async ({ session, peer, role, settings }) => ({
      sdp: await host.session(session).settings(peer, role, settings),
    })),
    serve('answer', ({ session, peer, sdp }) => host.session(session).answer(peer, sdp)),
    serve('offer', async ({ session, peer, role, sdp, dataChannels }) => ({
      sdp: await host.session(session).offer(peer, role, sdp, dataChannels),
    })),
    serve('ice-restart', ({ session, peer }) => host.session(session).restartIce(peer)),
    serve('disconnect', async ({ session, peers, reason }) => {
      host.session(session).disconnect(peers, reason);
      return {};
    }),
    serve('join', async ({ session, screen }) => {
      await host.session(session).join(screen);
      return {};
    }),
    serve('end', async ({ session, reason }) => {
      await host.session(session).end(reason);
      return {};
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Listens for placements of every application of the catalogue while the host is open, and only then: capacity is
 * subscription.
 */
export class PlacementListener {
  readonly #bus: Bus;
  readonly #host: Host;
  readonly #config: HostConfig;
  readonly #log: Logger;
  #stops: (() => void)[] = [];

  constructor(bus: Bus, host: Host, config: HostConfig, log: Logger) {
    this.#bus = bus;
    this.#host = host;
    this.#config = config;
    this.#log = log;
  }

  /** Listens or stops listening, as the host is now. */
  update(): void {
    const listening = this.#stops.length > 0;
    if (this.#host.open === listening) return;
    if (listening) {
      this.close();
      return;
    }
    this.#stops = this.#config.applications.map(({ name }) =>
      serveCall(
        this.#bus,
        placeSubject(this.#config.host.region, name),
        'place',
        { queue: placementGroup, unexpected: (error) => this.#log.error('call.failed', { call: 'place', error }) },
        async ({ session, launch }) => this.#host.place(session, launch),
      ),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}
