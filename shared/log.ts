export type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Structured logs: the name of what happened and its fields. Never SDP, a token, or what a user typed. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose every line carries `fields` too. */
  child(fields: LogFields): Logger;
}

const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A logger that gives each line, as one JSON object, to `write`. Lines below `level` are dropped. */
export function jsonLogger(write: (line: string) => void, level: LogLevel, base: LogFields = {}): Logger {
  const emit = (at: LogLevel, event: string, fields: LogFields = {}): void => {
    if (order.indexOf(at) < order.indexOf(level)) return;
    write(JSON.stringify({ time: new Date().toISOString(), level: at, event, ...base, ...plain(fields) }));
  };
  return {
    debug: (event, fields) => emit('debug', event, fields),
    info: (event, fields) => emit('info', event, fields),
    warn: (event, fields) => emit('warn', event, fields),
    error: (event, fields) => emit('error', event, fields),
    child: (fields) => jsonLogger(write, level, { ...base, ...fields }),
  };
}

/** Errors do not survive JSON: each becomes its text, with those that caused it. */
const plain = (fields: LogFields): LogFields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describeError(value) : value]));

function describeError(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeError(error.cause)}` : own;
}
