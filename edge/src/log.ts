import { jsonLogger, type LogFields, type Logger, type LogLevel } from '#shared/log.ts';

/** A logger to the platform's log: one JSON object a line, with `fields` on each. */
export const consoleLogger = (level: LogLevel, fields: LogFields): Logger =>
  jsonLogger((line) => console.log(line), level, fields);
