import { AppError, ErrorCode } from '#shared/errors.ts';

/** Failures that only the browser's side knows of: what a person reads, and whether the same thing may work later. */
const own = {
  bad_token: { retryable: false, message: 'The token was not accepted.' },
  gateway_away: { retryable: true, message: 'The gateway could not be reached.' },
  bad_reply: { retryable: false, message: 'The gateway answered something that this client does not understand.' },
  socket_failed: { retryable: true, message: 'The signalling connection was lost.' },
  signalling_timeout: { retryable: true, message: 'The host took too long to offer a stream.' },
  connection_failed: { retryable: true, message: 'No media connection to the host came about.' },
  connection_lost: { retryable: true, message: 'The media connection to the host was lost.' },
  no_video: { retryable: true, message: 'The host is connected, but no picture came.' },
  channel_closed: { retryable: true, message: 'The data channel is closed.' },
  microphone_refused: { retryable: true, message: 'The microphone could not be used.' },
  camera_refused: { retryable: true, message: 'The camera could not be used.' },
  no_vehicle: { retryable: false, message: 'This application has no vehicle.' },
  vehicle_refused: { retryable: false, message: 'The vehicle has refused it.' },
  unsupported: { retryable: false, message: 'This browser can’t play streams: it has no WebRTC.' },
} as const;

export type FarpaneErrorCode = ErrorCode | keyof typeof own;

const isOwn = (code: FarpaneErrorCode): code is keyof typeof own => Object.hasOwn(own, code);

/** Every failure that the client library reports. Its `message` is for people. */
export class FarpaneError extends Error {
  override readonly name = 'FarpaneError';
  readonly code: FarpaneErrorCode;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;

  constructor(code: FarpaneErrorCode, options: { message?: string; cause?: unknown } = {}) {
    const base = isOwn(code) ? own[code] : new AppError(code);
    super(options.message ?? base.message, { cause: options.cause });
    this.code = code;
    this.retryable = base.retryable;
  }

  /**
   * The failure that a gateway tells as a number and a sentence: `status` is an HTTP status or a WebSocket close code.
   * Several codes share a number; the one whose own sentence it is wins, else the first of them.
   */
  static fromNumber(status: number, message: string): FarpaneError {
    const rows = ErrorCode.options.map((code) => new AppError(code));
    const exact = rows.find((row) => row.message === message && message !== '');
    const near = exact ?? rows.find((row) => row.status === status || row.close === status);
    const code = near?.code ?? (status >= 500 ? 'unavailable' : 'invalid_request');
    return new FarpaneError(code, message === '' ? {} : { message });
  }

  /**
   * What the close of a socket says (RFC 6455 section 7.4.2), or undefined where it says nothing: 1000, 1006 and their like.
   * This gateway's reason is the error's code. `message`: what the server said before.
   */
  static fromClose(close: number, reason: string, message: string): FarpaneError | undefined {
    if (close < 4000 || close > 4999) return undefined;
    const code = ErrorCode.safeParse(reason);
    return code.success
      ? new FarpaneError(code.data, message === '' ? {} : { message })
      : FarpaneError.fromNumber(close, message === '' ? reason : message);
  }

  /** What an error message of the protocol says where no close follows it: only its sentence can tell what it is about. */
  static fromSignal(message: string): FarpaneError {
    const known = FarpaneError.fromNumber(0, message);
    return known.code === 'invalid_request' ? new FarpaneError('unavailable', message === '' ? {} : { message }) : known;
  }

  /** The error itself where it is one of the library's; an AppError under its own code; else `internal` with the cause kept. */
  static from(error: unknown): FarpaneError {
    if (error instanceof FarpaneError) return error;
    if (error instanceof AppError) return new FarpaneError(error.code, { message: error.message, cause: error });
    return new FarpaneError('internal', { cause: error });
  }
}
