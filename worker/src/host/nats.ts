import { connect, type NatsConnection } from 'nats.ws';
import type { Logger } from '#shared/log.ts';
import { subjectToken } from '#shared/subjects.ts';
import type { HostConfig } from '#worker/config/schema.ts';

/**
 * Connects to NATS, and stays so: a connection that breaks is made again for ever, within a second or two. The first
 * attempt goes on until it works as well, since a host may be started before its NATS.
 */
export async function connectNats(
  options: HostConfig['nats'],
  name: string,
  log: Logger,
  signal: AbortSignal,
): Promise<NatsConnection> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const connection = await connect({
        servers: options.url,
        name,
        ...(options.user === undefined ? {} : { user: options.user }),
        ...(options.password === undefined ? {} : { pass: options.password }),
        inboxPrefix: `_INBOX_${subjectToken(name)}`,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 500,
        reconnectJitter: 500,
        // Proxies close WebSockets that were idle for 100 s.
        pingInterval: 20_000,
        maxPingOut: 2,
      });
      void logStatus(connection, log);
      return connection;
    } catch (error) {
      signal.throwIfAborted();
      if (attempt % 10 === 1) log.warn('nats.unreachable', { url: options.url, error });
      await new Promise((resolve) => setTimeout(resolve, 500));
      signal.throwIfAborted();
    }
  }
}

async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect' || type === 'reconnect' || type === 'error') log.info(`nats.${type}`);
  }
}
