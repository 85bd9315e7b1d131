import { z } from 'zod';

/**
 * Every failure that this system tells anybody of: one row a code.
 *
 * - `status`: the HTTP status of an answer that carries it.
 * - `close`: the WebSocket close code (RFC 6455 section 7.4.2: 4000 to 4999 are the application's own).
 * - `retryable`: whether the same request may succeed later, unchanged.
 * - `message`: what a person reads where the code that failed has nothing more exact to say.
 */
const table = {
  invalid_request: { status: 400, close: 4400, retryable: false, message: 'The request is not valid.' },
  bad_sdp: { status: 400, close: 4400, retryable: false, message: 'The session description is not valid.' },
  wrong_state: { status: 400, close: 4409, retryable: true, message: 'The session is in no state for this.' },
  not_joinable: { status: 400, close: 4409, retryable: false, message: 'The session was not created as joinable.' },
  client_too_old: {
    status: 400,
    close: 4426,
    retryable: false,
    message: 'The client speaks a protocol version that is too old.',
  },
  server_too_old: {
    status: 400,
    close: 4427,
    retryable: false,
    message: 'The client speaks a newer protocol version than this server.',
  },
  unauthorized: { status: 401, close: 4401, retryable: false, message: 'A valid token is needed.' },
  token_expired: {
    status: 401,
    close: 4401,
    retryable: false,
    message: 'The token of this address has expired. Join the session again.',
  },
  token_used: {
    status: 401,
    close: 4401,
    retryable: false,
    message: 'The token of this address was used already. Join the session again.',
  },
  forbidden: { status: 403, close: 4403, retryable: false, message: 'The account may not do this.' },
  not_found: { status: 404, close: 4404, retryable: false, message: 'There is no such thing here.' },
  unknown_application: { status: 404, close: 4404, retryable: false, message: 'No host offers this application.' },
  unknown_version: { status: 404, close: 4404, retryable: false, message: 'No host offers this version of the application.' },
  unknown_region: { status: 404, close: 4404, retryable: false, message: 'There is no such region.' },
  no_host: { status: 404, close: 4404, retryable: true, message: 'No host can take this application now.' },
  unknown_session: { status: 404, close: 4404, retryable: false, message: 'The host does not know this session.' },
  method_not_allowed: { status: 405, close: 4405, retryable: false, message: 'This address does not know the method.' },
  conflict: { status: 409, close: 4409, retryable: false, message: 'There is one already.' },
  precondition_failed: { status: 412, close: 4412, retryable: false, message: 'The state is not the one that was expected.' },
  key_reused: {
    status: 422,
    close: 4422,
    retryable: false,
    message: 'This idempotency key was used before, with another request.',
  },
  too_large: { status: 413, close: 4413, retryable: false, message: 'The request is too large.' },
  unsupported_media: { status: 415, close: 4415, retryable: false, message: 'The body is of a type that is not read here.' },
  precondition_required: { status: 428, close: 4428, retryable: false, message: 'The header If-Match is needed.' },
  rate_limited: { status: 429, close: 4429, retryable: true, message: 'Too many requests.' },
  replaced: { status: 400, close: 4410, retryable: false, message: 'Another client joined this session and took its place.' },
  session_ended: { status: 404, close: 4411, retryable: false, message: 'The session has ended.' },
  internal: { status: 500, close: 4500, retryable: false, message: 'Something went wrong here.' },
  application_failed: { status: 502, close: 4502, retryable: false, message: 'The application could not be started.' },
  application_exited: { status: 502, close: 4502, retryable: false, message: 'The application has ended.' },
  display_failed: { status: 502, close: 4502, retryable: true, message: 'The display server has failed.' },
  sound_failed: { status: 502, close: 4502, retryable: true, message: 'The sound server has failed.' },
  capture_failed: { status: 502, close: 4502, retryable: true, message: 'The capture of the application has failed.' },
  media_failed: { status: 502, close: 4502, retryable: true, message: 'The media server has failed.' },
  host_lost: { status: 502, close: 4503, retryable: true, message: 'The host of this session was lost.' },
  host_draining: { status: 503, close: 4503, retryable: true, message: 'The host is shutting down.' },
  unavailable: { status: 503, close: 4503, retryable: true, message: 'The service is not available now.' },
  timeout: { status: 504, close: 4504, retryable: true, message: 'No answer came in time.' },
} as const;

export type ErrorCode = keyof typeof table;

export const ErrorCode = z.enum(Object.keys(table) as [ErrorCode, ...ErrorCode[]]);

/** A failure as it travels: over NATS, in an event, in stored state. */
export const WireError = z.object({
  code: ErrorCode,
  message: z.string().max(2000),
  /** Seconds after which it is worth to try again, where that is known. */
  retryAfterS: z.int().min(1).optional(),
});
export type WireError = z.infer<typeof WireError>;

/** The one error that code throws on purpose. Its `message` is for people; a cause stays where it was caught. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Seconds after which it is worth to try again: the answer's `Retry-After` (RFC 9110 section 10.2.3). */
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, options: { message?: string; cause?: unknown; retryAfterS?: number | undefined } = {}) {
    super(options.message ?? table[code].message, { cause: options.cause });
    this.code = code;
    this.retryAfterS = options.retryAfterS;
  }

  /** HTTP status. */
  get status(): (typeof table)[ErrorCode]['status'] {
    return table[this.code].status;
  }

  /** WebSocket close code. */
  get close(): number {
    return table[this.code].close;
  }

  get retryable(): boolean {
    return table[this.code].retryable;
  }

  toWire(): WireError {
    const { code, message, retryAfterS } = this;
    return { code, message, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
  }

  static fromWire(wire: WireError): AppError {
    return new AppError(wire.code, { message: wire.message, retryAfterS: wire.retryAfterS });
  }

  /** The error itself where it is one of ours; else `internal`, which tells nobody what happened but keeps the cause. */
  static from(error: unknown): AppError {
    return error instanceof AppError ? error : new AppError('internal', { cause: error });
  }
}
