import { z } from 'zod';

/** Traces (W3C Trace Context, https://www.w3.org/TR/trace-context-1/): how they are handed on, and how spans are made. */

/** A place in a trace, as it is handed on: the two headers, by their names. */
export const TraceCarrier = z.object({ traceparent: z.string().max(200), tracestate: z.string().max(512).optional() });
export type TraceCarrier = z.output<typeof TraceCarrier>;

/** The same, read. Ids are in lower-case hexadecimal. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  /** What vendors added, as it came. */
  readonly state: string | undefined;
}

/** Section 3.2.2: a version that is not known may go on after the flags; of version 00 nothing follows. */
const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const isZero = (id: string): boolean => /^0+$/.test(id);

/** Reads the headers of a request. Undefined where there is no trace, or none that is well formed: then it is as if there were none. */
export function parseTrace(header: (name: 'traceparent' | 'tracestate') => string | null | undefined): TraceContext | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = shape.exec(header('traceparent')?.trim() ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, sampled, state: readState(header('tracestate')) };
}

/** One member of the list (section 3.3.1.3): a key, and a value without commas and equals signs. */
const member = /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The list as it came; undefined where it is longer than has to be passed on, or is not well formed. */
function readState(text: string | null | undefined): string | undefined {
  if (!text || text.length > 512) return undefined;
  const members = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const isGood = members.length > 0 && members.length <= 32 && members.every((each) => member.test(each));
  return isGood ? members.join(',') : undefined;
}

export const carrierOf = ({ traceId, spanId, sampled, state }: TraceContext): TraceCarrier => ({
  traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`,
  ...(state === undefined ? {} : { tracestate: state }),
});

export const contextOf = (carrier: TraceCarrier): TraceContext | undefined => parseTrace((name) => carrier[name]);

/** The id of the trace, for lines of the log: nothing where there is no trace. */
export function traceField(carrier: TraceCarrier | undefined): { trace?: string } {
  const context = carrier && contextOf(carrier);
  return context === undefined ? {} : { trace: context.traceId };
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;
/** `server`: somebody else asked for it; `client`: somebody else is asked. */
export type SpanKind = 'internal' | 'server' | 'client';

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** A place in a trace from which spans begin. */
export interface Scope {
  /** What is handed on to whoever is called; undefined where nothing is traced. */
  readonly carrier: TraceCarrier | undefined;
  /** Whether what is told here goes anywhere. */
  readonly isRecording: boolean;
  start(name: string, options?: SpanOptions): Span;
}

/** Something that takes its time. */
export interface Span {
  /** For what happens within it. */
  readonly scope: Scope;
  set(attributes: Attributes): void;
  /** Once; later calls do nothing. `failure`: what went wrong, if it did: a code, not a user's words. */
  end(failure?: string): void;
}

/** Hands a trace on and records nothing. */
export function untraced(carrier?: TraceCarrier): Scope {
  const scope: Scope = { carrier, isRecording: false, start: () => span };
  const span: Span = { scope, set: () => undefined, end: () => undefined };
  return scope;
}

/** Runs `work` in a span. An outcome that is not `ok`, and what is thrown, are its failure. */
export async function traced<T>(
  scope: Scope,
  name: string,
  options: SpanOptions,
  work: (inner: Scope) => Promise<T> | T,
): Promise<T> {
  if (!scope.isRecording) return await work(scope);
  const span = scope.start(name, options);
  try {
    const result = await work(span.scope);
    span.end(failureOf(result));
    return result;
  } catch (error) {
    span.end(codeOf(error));
    throw error;
  }
}

const Failed = z.object({ ok: z.literal(false), error: z.object({ code: z.string() }) });
const failureOf = (result: unknown): string | undefined => Failed.safeParse(result).data?.error.code;
const codeOf = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
};
