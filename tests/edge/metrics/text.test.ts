import { expect, test } from 'vitest';
import { bounds, emptySeries, observe, sumOf } from '#edge/metrics/series.ts';
import { metricsText } from '#edge/metrics/text.ts';

const labels = { method: 'GET', route: '/1.0/status', status: 200 };
const sessions = { created: 1, active: 2, error: 3, terminating: 4, terminated: 5 };

const seriesOf = (...tookMs: number[]) => {
  const series = emptySeries(labels);
  for (const each of tookMs) observe(series, { ...labels, tookMs: each, requestBytes: 0, responseBytes: 100 });
  return series;
};

const snapshot = { sessions, accounts: 6, fleet: undefined, inFlight: 1 };

test('[MT1] a value falls into the first bucket that takes it, and buckets are cumulated as Prometheus wants them', () => {
  const text = metricsText({ ...snapshot, series: [seriesOf(5, 6, 20_000)] });
  const name = 'farpane_gateway_http_request_duration_seconds';
  const of = 'method="GET",route="/1.0/status",status="200"';
  expect(text).toContain(`# TYPE ${name} histogram\n`);
  expect(text).toContain(`${name}_bucket{${of},le="0.005"} 1\n${name}_bucket{${of},le="0.01"} 2\n`);
  expect(text).toContain(`${name}_bucket{${of},le="10"} 2\n${name}_bucket{${of},le="+Inf"} 3\n`);
  expect(text).toContain(`${name}_sum{${of}} 20.011\n${name}_count{${of}} 3\n`);
  expect(text).toContain(`farpane_gateway_http_requests_total{${of}} 3\n`);
});

test('[MT2] sessions are there by every status; what is not known of hosts is left out', () => {
  const text = metricsText({ ...snapshot, series: [] });
  for (const [status, count] of Object.entries(sessions)) {
    expect(text).toContain(`farpane_gateway_sessions_total{status="${status}"} ${count}\n`);
  }
  expect(text).toContain('farpane_gateway_accounts_total 6\n');
  expect(text).not.toContain('agents');
  const fleet = { hosts: 3, unresponsive: 1, slots: 12, used: 5 };
  const known = metricsText({ ...snapshot, fleet, series: [] });
  expect(known).toContain('farpane_gateway_agents_total 3\n');
  expect(known).toContain('farpane_gateway_agents_unresponsive 1\n');
});

test('[MT3] what several isolates counted adds up', () => {
  const [sum] = sumOf([[seriesOf(5)], [seriesOf(7), { ...seriesOf(1), status: 404 }]]);
  expect(sum?.tookMs).toEqual({ counts: [1, 1, ...bounds.tookMs.slice(1).map(() => 0)], sum: 12 });
  expect(sum?.responseBytes.sum).toBe(200);
});
