import type { Logger } from '#shared/log.ts';
import { natsBus } from '#shared/nats-bus.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import { PlacementListener, serveHost } from '#worker/host/calls.ts';
import { Heartbeat } from '#worker/host/heartbeat.ts';
import { Host } from '#worker/host/host.ts';
import { connectNats } from '#worker/host/nats.ts';
import { Outbox } from '#worker/host/outbox.ts';
import { startMedia } from '#worker/media/media.ts';
import { openMetricsPage } from '#worker/metrics/page.ts';
import { isRelay } from '#worker/metrics/relays.ts';
import type { SessionFigures } from '#worker/session/figures.ts';
import { startTracing } from '#worker/trace/start.ts';
import { findEncoders } from './encoders.ts';

/** How long the last events may take to be sent when the host stops. Milliseconds. */
const flushMs = 3000;

export interface Daemon {
  /** Drains: takes no more sessions, waits for those that run as long as configured, then stops. Aborted, it stops at once. */
  stop(now: AbortSignal): Promise<void>;
}

/**
 * Starts the host daemon: media, then the connection to NATS, then the calls; last it offers its slots. A start that fails, or is
 * aborted, leaves nothing.
 */
export async function startDaemon(config: HostConfig, version: string, log: Logger, signal: AbortSignal): Promise<Daemon> {
  await using starting = new AsyncDisposableStack();
  const encoders = await findEncoders(config, log);
  const media = await startMedia({
    workers: config.media.workers,
    listen: config.media.listen.map(({ announcedAddress, ...address }) => ({
      ...address,
      ...(announcedAddress && { announcedAddress }),
    })),
    log,
    // It is logged already, and the rooms that were on it tell their sessions.
    onWorkerDied: () => undefined,
  });
  starting.defer(() => media.close());
  const tracing = await startTracing(config.tracing, { host: config.host.id, region: config.host.region, version }, log);
  starting.defer(() => tracing.close());
  const connection = await connectNats(config.nats, config.host.id, log, signal);
  starting.defer(() => connection.close());
  const bus = natsBus(connection);
  const jetstream = connection.jetstream();
  const outbox = new Outbox(jetstream, log);
  starting.defer(() => outbox.close(flushMs));
  const host: Host = new Host({
    config,
    version,
    encoders,
    media,
    log,
    send: (link, event) => outbox.send(link, event),
    onChange: () => {
      listener.update();
      void heartbeats.beat();
    },
  });
  const { metrics } = config;
  if (metrics !== undefined) {
    const relayed = ({ remotes }: SessionFigures): number => remotes.filter((it) => isRelay(metrics.relays, it)).length;
    const figures = async () => ({ view: host.view, sessions: await host.figures(), encoders: encoders.states, relayed });
    const page = await openMetricsPage({ ...metrics, figures, log });
    starting.defer(() => page.close());
  }
  const calls = { bus, log, tracing };
  const listener = new PlacementListener(calls, host, config);
  const heartbeats = new Heartbeat(jetstream, () => host.view, log);
  starting.defer(() => heartbeats.close());
  starting.defer(serveHost(calls, host, config.host.id));
  starting.defer(() => listener.close());
  await heartbeats.beat();
  signal.throwIfAborted();
  listener.update();
  const { id, region, slots, drainSeconds } = config.host;
  log.info('host.ready', { host: id, region, slots, incarnation: host.incarnation });

  host.warmUp();
  const running = starting.move();
  return {
    async stop(now) {
      await host.drain(drainSeconds * 1000, now);
      await running.disposeAsync();
      log.info('host.stopped');
    },
  };
}
