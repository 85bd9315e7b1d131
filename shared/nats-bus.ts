import type { Bus } from './bus.ts';
import { AppError } from './errors.ts';

/** What is needed of a NATS connection: nats.ws has it. */
export interface NatsConnectionLike {
  request(subject: string, data: string, options: { timeout: number }): Promise<{ string(): string }>;
  subscribe(
    subject: string,
    options: {
      queue?: string;
      callback: (error: Error | null, message: { string(): string; respond(data: string): boolean }) => void;
    },
  ): { drain(): Promise<void> };
}

/** The bus over NATS. */
export function natsBus(connection: NatsConnectionLike): Bus {
  return {
    async request(subject, payload, { timeoutMs }) {
      try {
        return (await connection.request(subject, payload, { timeout: timeoutMs })).string();
      } catch (cause) {
        throw natsError(cause);
      }
    },
    serve(subject, { queue }, handler) {
      const subscription = connection.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error !== null) return;
          void handler(message.string()).then((reply) => message.respond(reply));
        },
      });
      // What the server has sent already is still answered: nobody waits in vain. A connection that is gone has nothing to drain.
      return () => void subscription.drain().catch(() => undefined);
    },
  };
}

/** nats.ws puts the server's `503` (no responders) and its own `TIMEOUT` into `code`. */
function natsError(cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === '503') return new AppError('no_host', { cause });
  if (code === 'TIMEOUT') return new AppError('timeout', { cause });
  return new AppError('unavailable', { cause });
}
