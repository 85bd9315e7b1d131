import { setTimeout as delay } from 'node:timers/promises';
import { connect, ErrorCode, type NatsConnection, NatsError } from 'nats.ws';
import type { Logger } from '#shared/log.ts';
import { natsHint } from '#shared/nats-failure.ts';
import { subjectToken } from '#shared/subjects.ts';
import type { HostConfig } from '#worker/config/schema.ts';

/** Of attempts in a row that fail, so many are said nothing of after one that is. */
const saidEvery = 10;

/**
 * Connects to NATS, and stays so: a connection that breaks is made again for ever, within a second or two, also where a name or a
 * password is refused, which may be right again. The first attempt goes on until it works as well, since a host may be started before
 * its NATS.
 */
export async function connectNats(
  options: HostConfig['nats'],
  name: string,
  log: Logger,
  signal: AbortSignal,
): Promise<NatsConnection> {
  const failures = new Failures(options, log);
  for (;;) {
    try {
      const connection = await connect({
        servers: options.url,
        name,
        ...(options.user === undefined ? {} : { user: options.user }),
        ...(options.password === undefined ? {} : { pass: options.password }),
        inboxPrefix: `_INBOX_${subjectToken(name)}`,
        maxReconnectAttempts: -1,
        // Else the second refusal in a row would be the end.
        ignoreAuthErrorAbort: true,
        reconnectTimeWait: 500,
        reconnectJitter: 500,
        // Proxies close WebSockets that were idle for 100 s.
        pingInterval: 20_000,
        maxPingOut: 2,
      });
      failures.over();
      void logStatus(connection, failures, log);
      return connection;
    } catch (error) {
      signal.throwIfAborted();
      if (isRefusal(error)) failures.refused();
      else failures.unreachable(error);
      await delay(500);
      signal.throwIfAborted();
    }
  }
}

async function logStatus(connection: NatsConnection, failures: Failures, log: Logger): Promise<void> {
  for await (const { type, data } of connection.status()) {
    if (type === 'reconnect') failures.over();
    if (type === 'error' && data === ErrorCode.AuthorizationViolation) failures.refused();
    else if (type === 'disconnect' || type === 'reconnect' || type === 'error') log.info(`nats.${type}`);
  }
}

const isRefusal = (error: unknown): boolean => error instanceof NatsError && error.code === ErrorCode.AuthorizationViolation;

/** Says of attempts that fail what is wrong, now and then. */
class Failures {
  readonly #nats: HostConfig['nats'];
  readonly #log: Logger;
  #inARow = 0;

  constructor(nats: HostConfig['nats'], log: Logger) {
    this.#nats = nats;
    this.#log = log;
  }

  unreachable(error: unknown): void {
    if (this.#isToBeSaid()) this.#log.warn('nats.unreachable', { url: this.#nats.url, error, ...natsHint(error) });
  }

  /** The server knows no such user, or its password is another one. */
  refused(): void {
    const { url, user } = this.#nats;
    const hint =
      "NATS does not take this name and password: `nats.user` and `nats.password` of the host's file. It is tried again.";
    if (this.#isToBeSaid()) this.#log.warn('nats.refused', { url, user: user ?? '', hint });
  }

  over(): void {
    this.#inARow = 0;
  }

  #isToBeSaid(): boolean {
    this.#inARow += 1;
    return this.#inARow % saidEvery === 1;
  }
}
