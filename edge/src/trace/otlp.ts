import type { Attributes, SpanKind } from '#shared/trace.ts';

/** A span that has ended. Times are milliseconds since 1970. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly state: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly failure: string | undefined;
}

/** As opentelemetry-proto numbers them. */
const kinds: Readonly<Record<SpanKind, number>> = { internal: 1, server: 2, client: 3 };
const statusError = 2;

/** The body of an export: OTLP as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export const exportBody = (spans: readonly EndedSpan[], resource: Attributes): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'farpane' }, spans: spans.map(spanOf) }],
      },
    ],
  });

const spanOf = ({ traceId, spanId, parentId, state, name, kind, startMs, endMs, attributes, failure }: EndedSpan) => ({
  traceId,
  spanId,
  ...(parentId === undefined ? {} : { parentSpanId: parentId }),
  ...(state === undefined ? {} : { traceState: state }),
  name,
  kind: kinds[kind],
  startTimeUnixNano: nanos(startMs),
  endTimeUnixNano: nanos(endMs),
  attributes: attributesOf(attributes),
  status: failure === undefined ? {} : { code: statusError, message: failure },
});

/** Too large for a number of JavaScript's. */
const nanos = (ms: number): string => `${Math.round(ms)}000000`;

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: Attributes[string]) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
