import type { Bus, BusHeaders } from './bus.ts';
import { AppError } from './errors.ts';

/** The headers of a message: nats.ws has them. */
interface HeadersLike extends Iterable<[string, string[]]> {
  set(name: string, value: string): void;
}

/** What is needed of a NATS connection: nats.ws has it. */
export interface NatsConnectionLike<Headers extends HeadersLike> {
  request(subject: string, data: string, options: { timeout: number; headers?: Headers }): Promise<{ string(): string }>;
  subscribe(
    subject: string,
    options: {
      queue?: string;
      callback: (
        error: Error | null,
        message: { string(): string; respond(data: string): boolean; headers?: Iterable<[string, string[]]> },
      ) => void;
    },
  ): { drain(): Promise<void> };
}

/**
 * The bus over NATS.
 *
 * @param newHeaders makes the headers of a message; left out, requests have none.
 */
export function natsBus<Headers extends HeadersLike>(connection: NatsConnectionLike<Headers>, newHeaders?: () => Headers): Bus {
  const headersOf = (given: BusHeaders | undefined): { headers?: Headers } => {
    const headers = given && newHeaders?.();
    if (headers === undefined) return {};
    for (const [name, value] of Object.entries(given ?? {})) headers.set(name, value);
    return { headers };
  };
  return {
    async request(subject, payload, { timeoutMs, headers }) {
      try {
        return (await connection.request(subject, payload, { timeout: timeoutMs, ...headersOf(headers) })).string();
      } catch (cause) {
        throw natsError(cause);
      }
    },
    serve(subject, { queue }, handler) {
      const subscription = connection.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error !== null) return;
          void handler(message.string(), plain(message.headers)).then((reply) => message.respond(reply));
        },
      });
      // What the server has sent already is still answered: nobody waits in vain. A connection that is gone has nothing to drain.
      return () => void subscription.drain().catch(() => undefined);
    },
  };
}

/** The first value of each header. */
const plain = (headers: Iterable<[string, string[]]> = []): BusHeaders =>
  Object.fromEntries(Array.from(headers, ([name, values]) => [name, values[0] ?? '']));

/** nats.ws puts the server's `503` (no responders) and its own `TIMEOUT` into `code`. */
function natsError(cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === '503') return new AppError('no_host', { cause });
  if (code === 'TIMEOUT') return new AppError('timeout', { cause });
  return new AppError('unavailable', { cause });
}
