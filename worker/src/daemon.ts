import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { natsBus } from '#shared/nats-bus.ts';
import { probeEncoders } from '#worker/capture/probe.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import { PlacementListener, serveHost } from '#worker/host/calls.ts';
import { Heartbeat } from '#worker/host/heartbeat.ts';
import { Host } from '#worker/host/host.ts';
import { connectNats } from '#worker/host/nats.ts';
import { Outbox } from '#worker/host/outbox.ts';
import { startMedia } from '#worker/media/media.ts';
import { usableCodecs } from '#worker/session/codecs.ts';

/** How long the last events may take to be sent when the host stops. Milliseconds. */
const flushMs = 3000;

export interface Daemon {
  /** Drains: takes no more sessions, waits for those that run as long as configured, then stops. Aborted, it stops at once. */
  stop(signal: AbortSignal): Promise<void>;
}

/** Starts the host daemon: media, then the connection to NATS, then the calls; last it offers its slots. */
export async function startDaemon(config: HostConfig, version: string, log: Logger, signal: AbortSignal): Promise<Daemon> {
  const codecs = usableCodecs(await probeEncoders({ gstreamerPluginPath: config.media.gstreamerPlugins }));
  if (codecs.length === 0)
    throw new AppError('capture_failed', { message: 'No video encoder works on this machine: run `npm run doctor`.' });
  const media = await startMedia({
    workers: config.media.workers,
    listen: config.media.listen.map(({ announcedAddress, ...address }) => ({
      ...address,
      ...(announcedAddress && { announcedAddress }),
    })),
    log,
    // The rooms that were on it tell their sessions.
    onWorkerDied: (error) => log.error('media.worker-died', { error }),
  });
  const connection = await connectNats(config.nats, config.host.id, log, signal);
  const bus = natsBus(connection);
  const jetstream = connection.jetstream();
  const outbox = new Outbox(jetstream, log);
  const host: Host = new Host({
    config,
    version,
    codecs,
    media,
    log,
    send: (link, event) => outbox.send(link, event),
    onChange: () => {
      listener.update();
      void heartbeats.beat();
    },
  });
  const listener = new PlacementListener(bus, host, config, log);
  const heartbeats = new Heartbeat(jetstream, () => host.view, log);
  const stopServing = serveHost(bus, host, config.host.id, log);
  await heartbeats.beat();
  listener.update();
  log.info('host.ready', {
    host: config.host.id,
    region: config.host.region,
    slots: config.host.slots,
    codecs,
    incarnation: host.incarnation,
  });

  return {
    async stop(now) {
      await host.drain(config.host.drainSeconds * 1000, now);
      listener.close();
      stopServing();
      await outbox.close(flushMs);
      await heartbeats.close();
      await connection.close();
      await media.close();
      log.info('host.stopped');
    },
  };
}
