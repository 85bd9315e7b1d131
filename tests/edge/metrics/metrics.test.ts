import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { expect, test } from 'vitest';
import { emptySeries, observe } from '#edge/metrics/series.ts';
import { metricsNamed } from '#edge/objects.ts';
import { newPeerId } from '#shared/ids.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, request, startHost, tell } from '#tests/edge/support.ts';

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

async function scrape(): Promise<string> {
  const response = await request('/metrics', bearer(env.ADMIN_SECRET));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.text();
}

/** A sample of the text; 0 where it is not there. */
const sample = (text: string, name: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1) ?? 0,
  );

const httpTotal = (text: string, method: string, route: string, status: number): number =>
  sample(text, `farpane_gateway_http_requests_total{method="${method}",route="${route}",status="${status}"}`);

test('[MT4] metrics are for whoever has their token or the admin secret, and for nobody else', async () => {
  const { token } = await newAccount();
  for (const wrong of [undefined, 'wrong', '', token]) {
    const answer = await ask('GET', '/metrics', wrong === undefined ? {} : { token: wrong });
    expect(answer).toMatchObject({ status_code: 401, error: 'The token for metrics is needed, or the admin secret.' });
  }
  expect((await request('/metrics', bearer('metrics-token'))).status).toBe(200);
  expect((await request('/metrics/', bearer(env.ADMIN_SECRET))).status).toBe(200);
  expect((await request('/metrics', { method: 'HEAD', ...bearer('metrics-token') })).status).toBe(200);
});

test('[MT5] requests are counted by method, route and status, whatever is in their paths, and in both spellings', async () => {
  const before = await scrape();
  const { token } = await newAccount();
  await ask('GET', `/1.0/sessions/${'0'.repeat(20)}`, { token });
  await ask('GET', `/1.0/sessions/${'1'.repeat(20)}/`, { token });
  await ask('GET', '/1.0/sessions/', { token });
  await ask('POST', '/1.0/sessions', { token, body: '{}' });
  for (const path of ['/nothing', '/nothing/at/all']) await ask('GET', path);
  await request('/1.0/status', { method: 'PROPFIND' });
  const after = await scrape();
  const more = (method: string, route: string, status: number): number =>
    httpTotal(after, method, route, status) - httpTotal(before, method, route, status);
  expect(more('GET', '/1.0/sessions/{id}', 404)).toBe(2);
  expect(more('GET', '/1.0/sessions', 200)).toBe(1);
  expect(more('POST', '/1.0/sessions', 400)).toBe(1);
  expect(more('GET', 'other', 404)).toBe(2);
  expect(more('other', 'other', 405)).toBe(1);
  expect(after).not.toContain('nothing/at');
});

test('[MT6] durations and sizes are histograms, and requests under way are counted', async () => {
  const { token } = await newAccount();
  const body = JSON.stringify({ app: unique('app'), extra_data: 'x'.repeat(2000) });
  await ask('POST', '/1.0/sessions', { token, body });
  const text = await scrape();
  const of = 'method="POST",route="/1.0/sessions",status="404"';
  const count = sample(text, `farpane_gateway_http_request_duration_seconds_count{${of}}`);
  expect(count).toBeGreaterThan(0);
  expect(sample(text, `farpane_gateway_http_request_duration_seconds_bucket{${of},le="+Inf"}`)).toBe(count);
  expect(sample(text, `farpane_gateway_http_response_size_bytes_sum{${of}}`)).toBeGreaterThan(50);
  // The scrape itself is under way.
  expect(sample(text, 'farpane_gateway_http_in_flight_requests')).toBeGreaterThan(0);
});

test('[MT7] sessions by status are what is stored, accounts and hosts what there is', async () => {
  const before = await scrape();
  const { token } = await newAccount();
  const app = unique('app');
  await using host = await startHost({ app, region: unique('region') });
  const [one, two] = [await newSession(token, app), await newSession(token, app)];
  await tell(host, one.id, 1, { type: 'active' });
  await tell(host, two.id, 1, { type: 'failed', error: { code: 'application_failed', message: 'It broke.' } });
  const more = async (name: string): Promise<number> => {
    const after = await scrape();
    return sample(after, `farpane_gateway_${name}`) - sample(before, `farpane_gateway_${name}`);
  };
  await until(async () => (await more('sessions_total{status="error"}')) === 1, 'the failure is counted');
  expect(await more('sessions_total{status="active"}')).toBe(1);
  expect(await more('accounts_total')).toBe(1);
  expect(sample(await scrape(), 'farpane_gateway_agents_total')).toBeGreaterThan(0);
  await ask('DELETE', `/1.0/sessions/${one.id}?force=true`, { token });
  await until(async () => (await more('sessions_total{status="active"}')) === 0, 'the end is counted');
});

const batchOf = (isolate: string, seq: number, inFlight = 0) => {
  const labels = { method: 'GET', route: '/test', status: 200 };
  const series = emptySeries(labels);
  observe(series, { ...labels, tookMs: 7, requestBytes: 0, responseBytes: 10 });
  return { isolate, seq, inFlight, series: [series] };
};

test('[MT8] a batch that comes twice counts once, and what was read is there after a crash', async () => {
  const name = unique('metrics');
  const stub = env.METRICS.get(env.METRICS.idFromName(name));
  const counts = metricsNamed(env, name);
  const total = async () => (await metricsNamed(env, name).read()).series[0]?.tookMs.sum;
  const [one, two] = [newPeerId(), newPeerId()];
  await counts.add(batchOf(one, 1, 2));
  await counts.add(batchOf(one, 1, 2));
  await counts.add(batchOf(two, 1, 3));
  expect(await counts.read()).toMatchObject({ inFlight: 5 });
  expect(await total()).toBe(14);
  await evictDurableObject(stub);
  expect(await total()).toBe(14);
  await metricsNamed(env, name).add(batchOf(one, 2));
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  await evictDurableObject(stub);
  expect(await total()).toBe(21);
});
