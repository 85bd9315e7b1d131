import { expect, test } from 'vitest';
import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { exportBody } from '#edge/trace/otlp.ts';
import { scopeOf, startRequest } from '#edge/trace/scope.ts';
import { env } from '#tests/edge/link/support.ts';

const waiter = { waitUntil: () => undefined };
const settings = (change: Partial<Env>): Env => ({ ...env, ...change });
const endpoint = 'http://127.0.0.1:4318';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const sampled = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };

test('[TR6] where spans go is set by OpenTelemetry’s own variables, and without one there are none', () => {
  expect(configOf(settings({})).tracing).toBeUndefined();
  expect(configOf(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).tracing).toBeUndefined();
  const set = settings({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, x-a = b=c ,',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  });
  expect(configOf(set).tracing).toEqual({ endpoint, ratio: 0.25, headers: { authorization: 'Bearer x', 'x-a': 'b=c' } });
  expect(scopeOf(settings({}), waiter, sampled)).toMatchObject({ carrier: sampled, isRecording: false });
});

test('[TR6] a setting of traces that is wrong is named, and no value is', () => {
  for (const [name, value] of [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%ZZsecret'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ] as const) {
    const wrong = settings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, [name]: value });
    expect(() => configOf(wrong), value).toThrow(`The gateway's settings are not valid: ${name}: `);
    expect(() => configOf(wrong), value).not.toThrow('secret');
  }
});

test('[TR7] of requests that are in no trace, as many begin one as the settings say; those that are in one go on with it', () => {
  const start = (ratio: string, headers: Record<string, string> = {}) => {
    const set = settings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: ratio });
    return startRequest(set, waiter, new Headers(headers), 'GET /').scope;
  };
  expect(start('0')).toMatchObject({ carrier: undefined, isRecording: false });
  expect(start('1').carrier?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(start('0', sampled)).toMatchObject({ isRecording: true });
  expect(start('0', sampled).carrier?.traceparent).toContain(traceId);
  const unsampled = { traceparent: sampled.traceparent.replace(/01$/, '00') };
  expect(start('1', unsampled)).toMatchObject({ carrier: unsampled, isRecording: false });
});

test('[TR8] spans are written as OTLP wants them: times in nanoseconds as text, values by their types', () => {
  const span = {
    ...{ traceId, spanId: '1111111111111111', parentId: undefined, state: undefined, name: 'work', kind: 'client' as const },
    ...{ startMs: 1_700_000_000_000, endMs: 1_700_000_000_012, failure: 'timeout' },
    attributes: { text: 'a', whole: 3, part: 0.5, flag: true },
  };
  const { resourceSpans } = JSON.parse(exportBody([span], { 'service.name': 'gateway' }));
  expect(resourceSpans[0].resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'gateway' } }]);
  expect(resourceSpans[0].scopeSpans[0].spans[0]).toEqual({
    ...{ traceId, spanId: '1111111111111111', name: 'work', kind: 3, status: { code: 2, message: 'timeout' } },
    ...{ startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000012000000' },
    attributes: [
      { key: 'text', value: { stringValue: 'a' } },
      { key: 'whole', value: { intValue: '3' } },
      { key: 'part', value: { doubleValue: 0.5 } },
      { key: 'flag', value: { boolValue: true } },
    ],
  });
});
