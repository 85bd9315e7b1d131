import { type Bus, serveCall } from '#shared/bus.ts';
import { AppError } from '#shared/errors.ts';
import type { HostCall, HostReply, HostRequest } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { hostSubject, placementGroup, placeSubject } from '#shared/subjects.ts';
import { type Scope, type TraceCarrier, traced, traceField } from '#shared/trace.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import type { Tracing } from '#worker/trace/tracing.ts';
import type { Host } from './host.ts';

type Handler<K extends HostCall> = (request: HostRequest<K>, scope: Scope) => Promise<HostReply<K>>;

/** A call as it is served: within the trace of who calls, and what breaks in it is logged with its session. */
function handling<K extends HostCall>(call: K, { tracing, log }: CallDeps, handler: Handler<K>) {
  return (request: HostRequest<K>, trace: TraceCarrier | undefined): Promise<HostReply<K>> => {
    const { session } = request;
    return traced(tracing.scopeOf(trace), call, { kind: 'server', attributes: { session } }, async (scope) => {
      try {
        return await handler(request, scope);
      } catch (error) {
        if (!(error instanceof AppError)) log.error('call.failed', { call, session, ...traceField(trace), error });
        throw AppError.from(error);
      }
    });
  };
}

/** What serving calls needs of the host daemon. */
export interface CallDeps {
  readonly bus: Bus;
  readonly log: Logger;
  readonly tracing: Tracing;
}

/** Serves the calls to this one host. Returns how to stop. */
export function serveHost(deps: CallDeps, host: Host, id: string): () => void {
  const { bus, log } = deps;
  const serve = <K extends Exclude<HostCall, 'place'>>(call: K, handler: Handler<K>) => {
    const unexpected = (error: unknown): void => log.error('call.failed', { call, error });
    return serveCall(bus, hostSubject(id, call), call, { unexpected }, handling(call, deps, handler));
  };
  const stops = [
    serve('release', async ({ session }) => {
      host.release(session);
      return {};
    }),
    serve('launch', async (order, scope) => host.launch(order, scope)),
    serve('settings', async ({ session, peer, role, settings }) => ({
      sdp: await host.session(session).settings(peer, role, settings),
    })),
    serve('answer', ({ session, peer, sdp }, scope) => host.session(session).answer(peer, sdp, scope)),
    serve('offer', async ({ session, ...client }, scope) => ({
      sdp: await host.session(session).offer(client, scope),
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
  readonly #deps: CallDeps;
  readonly #host: Host;
  readonly #config: HostConfig;
  #stops: (() => void)[] = [];

  constructor(deps: CallDeps, host: Host, config: HostConfig) {
    this.#deps = deps;
    this.#host = host;
    this.#config = config;
  }

  /** Listens or stops listening, as the host is now. */
  update(): void {
    const listening = this.#stops.length > 0;
    if (this.#host.open === listening) return;
    if (listening) {
      this.close();
      return;
    }
    const { bus, log } = this.#deps;
    const unexpected = (error: unknown): void => log.error('call.failed', { call: 'place', error });
    const place = handling('place', this.#deps, async ({ session, launch }, scope) => this.#host.place(session, launch, scope));
    const { region } = this.#config.host;
    this.#stops = this.#config.applications.map(({ name, version }) =>
      serveCall(bus, placeSubject(region, name, version), 'place', { queue: placementGroup, unexpected }, place),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}
