import { z } from 'zod';

/** Where spans are sent, by OTLP over HTTP. */
export interface TracingConfig {
  /** Without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of requests that are in no trace yet, this share begins one: from 0 to 1. */
  readonly ratio: number;
}

const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*((?:[^%]|%[0-9A-Fa-f]{2})*)$/;

/** `name=value,name=value`, values as in a URL: as OpenTelemetry writes headers in a variable. */
export function headersIn(text: string, context: z.RefinementCtx): Record<string, string> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => header.exec(pair));
  if (pairs.includes(null)) {
    context.addIssue({ code: 'custom', message: 'Must be name=value, several with commas' });
    return z.NEVER;
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', decoded(pair?.[2] ?? '')]));
}

/** What is no UTF-8 behind its percent signs is taken as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
