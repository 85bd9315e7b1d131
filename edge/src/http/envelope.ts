import type { Context } from 'hono';
import type { AppError } from '#shared/errors.ts';
import type { Envelope } from '#shared/gateway.ts';

const encoder = new TextEncoder();

/** `status` 202: what was asked for goes on. `totalSize`: of a list, before it was cut into pages. */
export interface SuccessOptions {
  readonly status?: 200 | 201 | 202 | 207;
  readonly totalSize?: number;
  readonly headers?: Record<string, string>;
}

/** Answers with what was asked for, in the envelope of every answer. */
export function succeed<T>(c: Context, metadata: T, { status = 200, totalSize, headers }: SuccessOptions = {}): Response {
  const body: Envelope<T> = {
    type: status === 202 ? 'async' : 'sync',
    status: 'success',
    status_code: status,
    metadata,
    ...(totalSize === undefined ? {} : { total_size: totalSize }),
  };
  return send(c, body, status, headers);
}

/** Answers with an error: its code and that one's status, its message, never more. */
export function fail(c: Context, error: AppError): Response {
  const { code, status, message, retryAfterS } = error;
  if (retryAfterS !== undefined) c.header('retry-after', String(retryAfterS));
  return send(c, { type: 'error', status: 'failed', status_code: status, error: message, code }, status);
}

/** With its length, which the metrics count. */
function send(
  c: Context,
  body: Envelope<unknown>,
  status: NonNullable<SuccessOptions['status']> | AppError['status'],
  headers?: Record<string, string>,
): Response {
  const bytes = Uint8Array.from(encoder.encode(JSON.stringify(body)));
  return c.body(bytes, status, { ...headers, 'content-type': 'application/json', 'content-length': String(bytes.byteLength) });
}
