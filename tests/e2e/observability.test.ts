import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePorts } from '#infra/stack/ports.ts';
import { type CollectedSpan, type Collector, startCollector } from '#tests/support/otlp-collector.ts';
import { play, sessionId, stateOf } from './client.ts';
import { metricOn } from './metrics-page.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let metricsPort: number;
let collector: Collector;

beforeAll(async () => {
  metricsPort = await freePorts(1, '127.0.0.1');
  collector = await startCollector();
  const { endpoint } = collector;
  const edge = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=tests%2Done' };
  world = await startWorld({ edge, host: { metricsPort, tracing: { endpoint, headers: { 'x-tenant': 'tests-one' } } } });
});
afterAll(async () => {
  await world?.close();
  await collector?.[Symbol.asyncDispose]();
});

const within = { timeout: 20_000, interval: 200 };

function metric(page: 'host' | 'gateway', name: string): Promise<number | undefined> {
  const { url, adminSecret } = world.stack;
  return metricOn(page === 'host' ? `http://127.0.0.1:${metricsPort}/metrics` : `${url}/metrics`, name, adminSecret);
}

test('[E80] a session that is watched is seen at the gateway and at its host, and is gone from both when it ends', async () => {
  const page = await world.newPage();
  await play(page, { gateway: world.stack.url, token: world.token, app: 'timecode-1' });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
  const id = await sessionId(page);
  const ofSession = (name: string) => metric('host', `farpane_webrtc_${name}{session="${id}"}`);
  const first = (await ofSession('frames_encoded')) ?? 0;
  await vi.waitFor(async () => expect(await ofSession('frames_encoded')).toBeGreaterThan(first + 20), within);
  expect(await ofSession('bytes_sent')).toBeGreaterThan(1000);
  expect(await ofSession('target_bitrate')).toBeGreaterThan(100_000);
  expect(await ofSession('clients')).toBe(1);
  expect(await ofSession('relay_in_use')).toBe(0);
  expect([await ofSession('low_clients'), await ofSession('low_streams')]).toEqual([0, 0]);
  expect(await metric('host', 'farpane_host_slots_used')).toBe(1);
  const active = 'farpane_gateway_sessions_total{status="active"}';
  await vi.waitFor(async () => expect(await metric('gateway', active)).toBe(1), within);
  expect(await metric('gateway', 'farpane_gateway_agents_total')).toBe(1);
  await vi.waitFor(async () => {
    const socket = 'method="GET",route="/1.0/{sessions}/{id}/sockets/{end}",status="101"';
    expect(await metric('gateway', `farpane_gateway_http_requests_total{${socket}}`)).toBe(1);
  }, within);
  await world.api('DELETE', `/1.0/sessions/${id}`);
  expect(await ofSession('frames_encoded')).toBeUndefined();
  await vi.waitFor(async () => expect(await metric('gateway', active)).toBe(0), within);
  await page.close();
});

const spanOf = (traceId: string, name: string): CollectedSpan | undefined =>
  collector.spans.find((span) => span.traceId === traceId && span.name === name);

/** The names of the spans above one, nearest first. */
function above(span: CollectedSpan | undefined): string[] {
  const parent = collector.spans.find(({ spanId, traceId }) => spanId === span?.parentId && traceId === span?.traceId);
  return parent === undefined ? [] : [parent.name, ...above(parent)];
}

const call = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
  fetch(`${world.stack.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${world.token}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Lines of a part's log that concern a session. */
async function linesOf(part: string, session: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(world.stateDir, 'logs', `${part}.log`), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  // What tells of a client tells whose session it is in.
  expect(lines.filter((line) => line.includes('"peer":') && !line.includes('"session":'))).toEqual([]);
  return lines.filter((line) => line.includes(session)).map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The tree of a session's trace: every span that belongs there, and each below the one that it should be below. */
function expectOneTree(traceId: string, parentId: string): void {
  const root = 'POST /1.0/sessions';
  expect(spanOf(traceId, root)).toMatchObject({
    ...{ parentId, state: 'vendor=value', service: 'farpane-gateway', kind: 2, failed: false },
    attributes: { 'http.route': '/1.0/sessions', 'http.response.status_code': 201 },
  });
  const host = ['display', 'application', 'media room', 'capture', 'input'];
  for (const name of host)
    expect(above(spanOf(traceId, name)), name).toEqual(expect.arrayContaining(['start', 'placement', root]));
  expect(above(spanOf(traceId, 'admission'))).toEqual([root]);
  expect(above(spanOf(traceId, 'settings'))).toEqual(['call settings', root]);
  for (const name of ['connect', 'first frame']) expect(above(spanOf(traceId, name))).toEqual(['answer', 'call answer', root]);
  const all = collector.spans.filter((span) => span.traceId === traceId);
  expect(all.filter((span) => span.name !== root && above(span).at(-1) !== root).map(({ name }) => name)).toEqual([]);
  expect(all.filter(({ service }) => service === 'farpane-host').length).toBeGreaterThan(8);
  for (const { name, startMs, endMs, state } of all) {
    expect(endMs - startMs, name).toBeGreaterThanOrEqual(0);
    expect(state, name).toBe('vendor=value');
  }
}

test('[E81] one trace shows a session from its POST over placement and launch to the first frame that a client is sent', async () => {
  const [traceId, parentId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const headers = { traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'vendor=value' };
  const created = await call('POST', '/1.0/sessions', headers, { app: 'timecode-1', joinable: true, idle_time_min: 5 });
  const { metadata } = (await created.json()) as { metadata: { id: string } };
  await vi.waitFor(async () => {
    const { body } = await world.api('GET', `/1.0/sessions/${metadata.id}`);
    expect(body.metadata?.status).toBe('active');
  }, within);
  const page = await world.newPage();
  await play(page, { gateway: world.stack.url, token: world.token, join: metadata.id });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);

  // Gateway and host export each in its own time.
  await vi.waitFor(() => expectOneTree(traceId, parentId), within);
  expect(collector.headers.every((each) => each['x-tenant'] === 'tests-one')).toBe(true);

  for (const part of ['host-1', 'edge']) {
    const lines = await linesOf(part, metadata.id);
    expect(lines.length, part).toBeGreaterThan(1);
    for (const line of lines) expect(line, part).toMatchObject({ session: metadata.id, account: 'tests', trace: traceId });
  }
  await world.api('DELETE', `/1.0/sessions/${metadata.id}`);
  await page.close();
});

test('[E82] a trace that is not sampled is not recorded, and of a malformed traceparent nothing is taken', async () => {
  const [unsampled, malformed] = ['1'.repeat(32), '2'.repeat(32)];
  await call('GET', '/1.0/regions', { traceparent: `00-${unsampled}-${'1'.repeat(16)}-00` });
  await call('GET', '/1.0/applications', { traceparent: `00-${malformed}-${'2'.repeat(16)}-01-more`, tracestate: 'a=1' });
  const spans = () => collector.spans.filter(({ name }) => name === 'GET /1.0/applications');
  await vi.waitFor(() => expect(spans()).toHaveLength(1), within);
  expect(spans()[0]).toMatchObject({ parentId: undefined, state: undefined });
  expect(spans()[0]?.traceId).not.toBe(malformed);
  expect(collector.spans.some(({ traceId }) => traceId === unsampled)).toBe(false);
});
