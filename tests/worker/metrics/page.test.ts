import { afterEach, expect, test } from 'vitest';
import { freePorts } from '#infra/stack/ports.ts';
import { newIncarnation, newSessionId } from '#shared/ids.ts';
import { jsonLogger } from '#shared/log.ts';
import { type MetricsPage, openMetricsPage } from '#worker/metrics/page.ts';
import type { HostFigures } from '#worker/metrics/registry.ts';
import { isRelay } from '#worker/metrics/relays.ts';
import { PeerMeter, type SessionFigures } from '#worker/session/figures.ts';

const log = jsonLogger(() => undefined, 'error');
const closing: MetricsPage[] = [];
afterEach(() => Promise.all(closing.splice(0).map((page) => page.close())));

const encoders: HostFigures['encoders'] = [
  { name: 'nvh264enc', codec: 'H264', failure: 'No session is left.' },
  { name: 'x264enc', codec: 'H264', failure: null },
];
const view: HostFigures['view'] = {
  ...{ host: 'host-1', region: 'here', incarnation: newIncarnation(), version: '1', applications: [] },
  ...{ slots: 4, used: 1, draining: true },
};
const figures: SessionFigures = {
  ...{ framesEncoded: 100, targetBitrateBps: 3_000_000, bytesSent: 5000, nackCount: 1, pliCount: 2, firCount: 3 },
  layers: { guestsOnLow: 2, lowStreams: 1, moves: { low: 5, main: 3 } },
  remotes: [
    { ip: '203.0.113.9', port: 50_000 },
    { ip: '198.51.100.1', port: 50_000 },
  ],
};

async function open(sessions: Map<string, SessionFigures>) {
  const port = await freePorts(1, '127.0.0.1');
  const relayed = ({ remotes }: SessionFigures) => remotes.length - 1;
  const page = await openMetricsPage({
    host: '127.0.0.1',
    port,
    log,
    figures: async () => ({ view, sessions, encoders, relayed }),
  });
  closing.push(page);
  return { port, get: (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method }) };
}

test('[MT10] a host shows its slots and what each of its sessions has done, and nothing of a session that is over', async () => {
  const session = newSessionId();
  const sessions = new Map([[session, figures]]);
  const { get } = await open(sessions);
  const text = await (await get('/metrics')).text();
  for (const [name, value] of [
    ...[['frames_encoded', 100] as const, ['target_bitrate', 3_000_000] as const, ['bytes_sent', 5000] as const],
    ...[['nack_count', 1] as const, ['pli_count', 2] as const, ['fir_count', 3] as const],
    ...[['relay_in_use', 1] as const, ['clients', 2] as const],
    ...[['low_clients', 2] as const, ['low_streams', 1] as const],
  ]) {
    expect(text).toContain(`farpane_webrtc_${name}{session="${session}"} ${value}\n`);
  }
  expect(text).toContain(`farpane_webrtc_low_moves{session="${session}",way="down"} 5\n`);
  expect(text).toContain(`farpane_webrtc_low_moves{session="${session}",way="up"} 3\n`);
  expect(text).toContain('farpane_host_slots 4\n');
  expect(text).toContain('farpane_host_slots_used 1\n');
  expect(text).toContain('farpane_host_draining 1\n');
  expect(text).toContain('farpane_host_encoder_passed_over{encoder="nvh264enc",codec="H264"} 1\n');
  expect(text).toContain('farpane_host_encoder_passed_over{encoder="x264enc",codec="H264"} 0\n');
  expect(text).toContain('farpane_host_process_resident_memory_bytes ');
  expect(await (await get('/metrics')).text(), 'a second look').toContain(`frames_encoded{session="${session}"} 100\n`);
  sessions.clear();
  expect(await (await get('/metrics')).text()).not.toContain(session);
});

test('[MT11] the page answers what it is for, and a port that is taken is told', async () => {
  const { port, get } = await open(new Map());
  expect((await get('/')).status).toBe(404);
  expect((await get('/metrics', 'POST')).status).toBe(405);
  const head = await get('/metrics', 'HEAD');
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const options = { host: '127.0.0.1', port, log, figures: () => Promise.reject(new Error('unused')) };
  await expect(openMetricsPage(options)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(`The metrics can't be served at 127.0.0.1:${port}: `),
  });
});

test('[MT11] figures that can not be had are a 500, and the next look is a new one', async () => {
  const port = await freePorts(1, '127.0.0.1');
  let fails = true;
  const sessions = new Map<string, SessionFigures>();
  const look = async (): Promise<HostFigures> => {
    if (fails) throw new Error('for once');
    return { view, sessions, encoders, relayed: () => 0 };
  };
  closing.push(await openMetricsPage({ host: '127.0.0.1', port, log, figures: look }));
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(500);
  fails = false;
  expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
});

test('[MT12] a client is relayed where its media goes to an address and a port of a relay', () => {
  const relays = [{ ip: '203.0.113.9', minPort: 49_152, maxPort: 50_000 }];
  expect(isRelay(relays, { ip: '203.0.113.9', port: 50_000 })).toBe(true);
  expect(isRelay(relays, { ip: '203.0.113.9', port: 50_001 })).toBe(false);
  expect(isRelay(relays, { ip: '203.0.113.8', port: 50_000 })).toBe(false);
});

test('[MT13] what clients count adds up and only grows, whoever comes and goes and begins anew', () => {
  const meter = new PeerMeter();
  const counts = (bytesSent: number) => ({ bytesSent, nackCount: 1, pliCount: 0, firCount: 0 });
  expect(meter.update(new Map([['a', counts(10)]]))).toMatchObject({ bytesSent: 10, nackCount: 1 });
  const both = new Map([
    ['a', counts(15)],
    ['b', counts(100)],
  ]);
  expect(meter.update(both)).toMatchObject({ bytesSent: 115, nackCount: 2 });
  expect(meter.update(new Map([['b', counts(110)]]))).toMatchObject({ bytesSent: 125 });
  expect(meter.update(new Map([['b', counts(4)]])), 'a stream that was offered anew').toMatchObject({ bytesSent: 129 });
  expect(meter.update(new Map())).toMatchObject({ bytesSent: 129, nackCount: 2 });
});
