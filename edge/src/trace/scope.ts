import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import type { Waiter } from '#edge/soon.ts';
import {
  type Attributes,
  carrierOf,
  contextOf,
  parseTrace,
  type Scope,
  type Span,
  type SpanOptions,
  type TraceCarrier,
  type TraceContext,
  untraced,
} from '#shared/trace.ts';
import type { TracingConfig } from './config.ts';
import { SpanExporter } from './exporter.ts';

const exporter = new SpanExporter();

/**
 * The place in a trace at which an object was called. Where no collector is set, or the trace is not sampled, it is handed on and
 * nothing is recorded. The platform's clock stands still while code runs: what a span shows is what was waited for.
 *
 * @param waiter keeps the export alive.
 */
export function scopeOf(env: Env, waiter: Waiter, carrier: TraceCarrier | undefined): Scope {
  const { tracing } = configOf(env);
  const parent = tracing === undefined || carrier === undefined ? undefined : contextOf(carrier);
  if (tracing === undefined || parent?.sampled !== true) return untraced(carrier);
  return new RecordingScope(parent, { tracing, waiter });
}

/** The span of a request, in its client's trace, or in one of its own. */
export function startRequest(env: Env, waiter: Waiter, headers: Headers, name: string): Span {
  const { tracing } = configOf(env);
  const parent = parseTrace((header) => headers.get(header));
  const options: SpanOptions = { kind: 'server' };
  if (tracing === undefined || parent !== undefined)
    return scopeOf(env, waiter, parent && carrierOf(parent)).start(name, options);
  if (Math.random() >= tracing.ratio) return untraced().start(name);
  return new RecordingSpan({ traceId: randomHex(16), sampled: true, state: undefined }, undefined, name, options, {
    tracing,
    waiter,
  });
}

interface Way {
  readonly tracing: TracingConfig;
  readonly waiter: Waiter;
}

class RecordingScope implements Scope {
  readonly carrier: TraceCarrier;
  readonly isRecording = true;
  readonly #context: TraceContext;
  readonly #way: Way;

  constructor(context: TraceContext, way: Way) {
    this.carrier = carrierOf(context);
    this.#context = context;
    this.#way = way;
  }

  start(name: string, options: SpanOptions = {}): Span {
    return new RecordingSpan(this.#context, this.#context.spanId, name, options, this.#way);
  }
}

class RecordingSpan implements Span {
  readonly scope: Scope;
  readonly #end: (attributes: Attributes, failure: string | undefined) => void;
  #attributes: Attributes;
  #ended = false;

  constructor(
    { traceId, sampled, state }: Omit<TraceContext, 'spanId'>,
    parentId: string | undefined,
    name: string,
    { kind = 'internal', attributes = {} }: SpanOptions,
    way: Way,
  ) {
    const spanId = randomHex(8);
    const startMs = Date.now();
    this.scope = new RecordingScope({ traceId, spanId, sampled, state }, way);
    this.#attributes = attributes;
    this.#end = (all, failure) => {
      const span = { traceId, spanId, parentId, state, name, kind, startMs, endMs: Date.now(), attributes: all, failure };
      exporter.add(span, way.tracing, way.waiter);
    };
  }

  set(attributes: Attributes): void {
    this.#attributes = { ...this.#attributes, ...attributes };
  }

  end(failure?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end(this.#attributes, failure);
  }
}

const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
