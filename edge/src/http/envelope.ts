import type { Context } from 'hono';
import type { AppError } from '#shared/errors.ts';
import type { Envelope } from '#shared/gateway.ts';

/** Answers with what was asked for, in the envelope of every answer. `totalSize`: of a list, before it was cut into pages. */
export function succeed<T>(c: Context, metadata: T, options: { status?: 200 | 201; totalSize?: number } = {}): Response {
  const { status = 200, totalSize } = options;
  const body: Envelope<T> = {
    type: 'sync',
    status: 'success',
    status_code: status,
    metadata,
    ...(totalSize === undefined ? {} : { total_size: totalSize }),
  };
  return c.json(body, status);
}

/** Answers with an error: its code's status, its message, never more. */
export function fail(c: Context, error: AppError): Response {
  const { status, message } = error;
  return c.json({ type: 'error', status: 'failed', status_code: status, error: message } satisfies Envelope<never>, status);
}
