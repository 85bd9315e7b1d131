import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';

const Value = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
]);
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])));
const nanos = z.union([z.string(), z.number()]).transform((value) => Number(value) / 1e6);

/** What of OTLP's JSON is looked at here. */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              parentSpanId: z.string().optional(),
              traceState: z.string().optional(),
              name: z.string(),
              kind: z.int(),
              startTimeUnixNano: nanos,
              endTimeUnixNano: nanos,
              attributes: Attributes,
              status: z.object({ code: z.int().optional(), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentId: string | undefined;
  state: string | undefined;
  service: unknown;
  name: string;
  kind: number;
  /** Milliseconds since 1970. */
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  failed: boolean;
}

export interface Collector extends AsyncDisposable {
  /** Without `/v1/traces`. */
  readonly endpoint: string;
  readonly spans: CollectedSpan[];
  /** Those of each export. */
  readonly headers: IncomingHttpHeaders[];
}

/** A collector of OpenTelemetry's, as far as it takes spans: OTLP over HTTP, as JSON. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      headers.push(request.headers);
      const isRight = request.url === '/v1/traces' && request.method === 'POST';
      if (isRight) spans.push(...read(body));
      response.writeHead(isRight ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    spans,
    headers,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const read = (body: string): CollectedSpan[] =>
  decodeJson(Export, body, 'export').resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ parentSpanId, traceState, startTimeUnixNano, endTimeUnixNano, status, ...span }) => ({
        ...span,
        parentId: parentSpanId === '' ? undefined : parentSpanId,
        state: traceState,
        service: resource.attributes['service.name'],
        startMs: startTimeUnixNano,
        endMs: endTimeUnixNano,
        failed: status.code === 2,
      })),
    ),
  );
