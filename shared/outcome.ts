import { z } from 'zod';
import { AppError, WireError } from './errors.ts';

/** The answer to a request that crosses a boundary where exceptions lose their type: NATS, and RPC between Durable Objects. */
export type Outcome<T> = { ok: true; data: T } | { ok: false; error: WireError };

/** The schema of an {@link Outcome} whose data is of `data`. */
export const outcomeOf = <T extends z.ZodType>(data: T) =>
  z.discriminatedUnion('ok', [z.object({ ok: z.literal(true), data }), z.object({ ok: z.literal(false), error: WireError })]);

/** Runs `work` and turns what it throws into an outcome; what is not an AppError goes to `unexpected` first, to be logged. */
export async function outcome<T>(work: () => Promise<T> | T, unexpected?: (error: unknown) => void): Promise<Outcome<T>> {
  try {
    return { ok: true, data: await work() };
  } catch (error) {
    if (!(error instanceof AppError)) unexpected?.(error);
    return { ok: false, error: AppError.from(error).toWire() };
  }
}

/** The data of an outcome; throws its error. */
export function unwrap<T>(result: Outcome<T>): T {
  if (result.ok) return result.data;
  throw AppError.fromWire(result.error);
}
