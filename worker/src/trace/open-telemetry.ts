import {
  type Context,
  createTraceState,
  SpanKind as Kind,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '#shared/log.ts';
import {
  carrierOf,
  contextOf,
  type Scope,
  type Span,
  type SpanKind,
  type SpanOptions,
  type TraceCarrier,
  untraced,
} from '#shared/trace.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import type { Tracing } from './tracing.ts';

const exportEveryMs = 1000;
const exportTimeoutMs = 5000;
const lastExportMs = 2000;
/** A collector that is away is spoken of so often. */
const warnEveryMs = 60_000;

/** Traces by OpenTelemetry's own SDK. What is not sampled is handed on and not recorded. */
export function openTelemetry(
  { endpoint, headers }: NonNullable<HostConfig['tracing']>,
  { host, region, version }: { host: string; region: string; version: string },
  log: Logger,
): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers,
    timeoutMillis: exportTimeoutMs,
  });
  telling(exporter, log);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      ...{ 'service.name': 'farpane-host', 'service.version': version },
      ...{ 'service.instance.id': host, 'farpane.region': region },
    }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: exportEveryMs, exportTimeoutMillis: exportTimeoutMs }),
    ],
  });
  const tracer = provider.getTracer('farpane');
  return {
    scopeOf(carrier) {
      const parent = carrier && contextOf(carrier);
      if (parent?.sampled !== true) return untraced(carrier);
      const { traceId, spanId, state } = parent;
      const traceState = state === undefined ? {} : { traceState: createTraceState(state) };
      const remote: SpanContext = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true, ...traceState };
      return new OtelScope(tracer, trace.setSpanContext(ROOT_CONTEXT, remote));
    },
    async close() {
      await provider.forceFlush({ timeoutMillis: lastExportMs }).catch(() => undefined);
      await provider.shutdown().catch(() => undefined);
    },
  };
}

/** The SDK keeps failures of the export to itself: they are logged, not each. */
function telling(exporter: OTLPTraceExporter, log: Logger): void {
  const send = exporter.export.bind(exporter);
  let warnedAtMs = 0;
  exporter.export = (spans, done) =>
    send(spans, (result) => {
      const now = Date.now();
      if (result.error !== undefined && now - warnedAtMs > warnEveryMs) {
        warnedAtMs = now;
        log.warn('trace.not-exported', { spans: spans.length, error: result.error });
      }
      done(result);
    });
}

const kinds: Readonly<Record<SpanKind, Kind>> = { internal: Kind.INTERNAL, server: Kind.SERVER, client: Kind.CLIENT };

class OtelScope implements Scope {
  readonly isRecording = true;
  readonly #tracer: Tracer;
  readonly #context: Context;

  constructor(tracer: Tracer, context: Context) {
    this.#tracer = tracer;
    this.#context = context;
  }

  get carrier(): TraceCarrier | undefined {
    const found = trace.getSpanContext(this.#context);
    if (found === undefined) return undefined;
    const { traceId, spanId, traceFlags, traceState } = found;
    return carrierOf({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0, state: traceState?.serialize() });
  }

  start(name: string, { kind = 'internal', attributes = {} }: SpanOptions = {}): Span {
    const span = this.#tracer.startSpan(name, { kind: kinds[kind], attributes }, this.#context);
    return spanOf(span, new OtelScope(this.#tracer, trace.setSpan(this.#context, span)));
  }
}

const spanOf = (span: OtelSpan, scope: Scope): Span => ({
  scope,
  set: (attributes) => {
    span.setAttributes(attributes);
  },
  end: (failure) => {
    if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end();
  },
});
