import { jsonLogger, type Logger, type LogLevel } from '#shared/log.ts';

/** The host's log: JSON lines on standard output. */
export const processLogger = (level: LogLevel): Logger => jsonLogger((line) => process.stdout.write(`${line}\n`), level);
