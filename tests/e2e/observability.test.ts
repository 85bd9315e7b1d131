import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePorts } from '#infra/stack/ports.ts';
import { play, sessionId, stateOf } from './client.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let metricsPort: number;

beforeAll(async () => {
  metricsPort = await freePorts(1, '127.0.0.1');
  world = await startWorld({ host: { metricsPort } });
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 200 };

/** The value of a metric on a page; undefined where it is not there. */
async function metric(page: 'host' | 'gateway', name: string): Promise<number | undefined> {
  const { url, adminSecret } = world.stack;
  const address = page === 'host' ? `http://127.0.0.1:${metricsPort}/metrics` : `${url}/metrics`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${adminSecret}` } });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
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
