import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats.ws';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { built } from '#infra/config.ts';
import { freePorts } from '#infra/stack/ports.ts';
import { callHost } from '#shared/bus.ts';
import { decodeJson } from '#shared/decode.ts';
import { type HostCall, HostEvent, type HostReply, type HostRequest } from '#shared/host.ts';
import { newSessionId } from '#shared/ids.ts';
import { natsBus } from '#shared/nats-bus.ts';
import type { Outcome } from '#shared/outcome.ts';
import { eventStream, hostSubject, linkEvents, placeSubject } from '#shared/subjects.ts';
import { startNats } from '#tests/support/nats-server.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

/** A host daemon as a process of its own, on a real nats-server, and the edge's end of the bus. */
let directory: string;
let nats: Awaited<ReturnType<typeof startNats>>;
let edge: NatsConnection;
let config: { host: Record<string, unknown>; [key: string]: unknown };
const daemons: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'farpane-daemon-'));
  nats = await startNats();
  edge = await connect({ servers: nats.wsUrl });
  config = {
    host: { id: 'host-1', region: 'here', slots: 1, warm: 0, stateDirectory: join(directory, 'state'), drainSeconds: 30 },
    nats: { url: nats.wsUrl },
    media: {
      listen: [{ ip: '127.0.0.1', port: await freePorts(1, '127.0.0.1') }],
      gstreamerPlugins: built.gstreamerPlugins,
      codecs: ['H264'],
    },
    applications: [
      { name: 'clock', command: 'xclock', sound: false },
      { name: 'broken', command: 'false', sound: false },
    ],
  };
});
afterEach(async () => {
  for (const daemon of daemons.splice(0)) {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill('SIGKILL');
      await once(daemon, 'exit');
    }
  }
  await edge.close();
  await nats.close();
  await rm(directory, { recursive: true, force: true });
});

interface Running {
  child: ChildProcess;
  /** What it wrote so far. */
  said(): string;
  exited: Promise<number | null>;
}

async function run(...options: string[]): Promise<Running> {
  const file = join(directory, 'host.yaml');
  await writeFile(file, stringify(config));
  const child = spawn(...endsWithUs(process.execPath, ['worker/src/main.ts', '--config', file, ...options]), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  daemons.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text, exited: once(child, 'exit').then(([code]) => code as number | null) };
}

const within = { timeout: 20_000, interval: 50 };

async function ready(): Promise<Running> {
  const daemon = await run();
  await vi.waitFor(() => expect(daemon.said()).toContain('host.ready'), within);
  return daemon;
}

const call = <K extends Exclude<HostCall, 'place'>>(name: K, request: HostRequest<K>): Promise<Outcome<HostReply<K>>> =>
  callHost(natsBus(edge), hostSubject('host-1', name), name, request, { timeoutMs: 10_000 });

const place = (session: string, app = 'clock', launch?: HostRequest<'place'>['launch']) => {
  const request = launch === undefined ? { session, app } : { session, app, launch };
  return callHost(natsBus(edge), placeSubject('here', app), 'place', request, { timeoutMs: 2000 });
};

const order = (session: string, app = 'clock'): HostRequest<'launch'> => ({
  session,
  link: 'link-0',
  app,
  appVersion: 0,
  screen: { width: 320, height: 240, fps: 10, density: 96 },
  extraData: null,
  deadlines: { firstPeerMs: null, idleMs: null, peerGraceMs: 1000 },
});

test('[HO1] a host with a free slot is asked, a full one is not, and a slot that comes free is offered again', async () => {
  await ready();
  const [one, two] = [newSessionId(), newSessionId()];
  expect(await place(one)).toMatchObject({ ok: true, data: { host: 'host-1', region: 'here', load: 0 } });
  await vi.waitFor(async () => expect(await place(two)).toMatchObject({ ok: false, error: { code: 'no_host' } }), within);
  expect(await call('launch', order(one))).toMatchObject({ ok: true, data: { instance: `host-1.${one}` } });
  expect(await call('launch', order(one)), 'a launch that is repeated').toMatchObject({ ok: true });
  expect(await call('launch', order(two))).toMatchObject({ ok: false, error: { code: 'no_host' } });
  expect(await call('end', { session: one, reason: 'test' })).toMatchObject({ ok: true });
  await vi.waitFor(async () => expect(await place(two)).toMatchObject({ ok: true }), within);
  expect(await call('end', { session: one, reason: 'test' })).toMatchObject({ ok: false, error: { code: 'unknown_session' } });
});

test('[HO6] a host that is no more loaded than the call allows launches what it is asked to place', async () => {
  config.host['slots'] = 2;
  await ready();
  const [one, two] = [newSessionId(), newSessionId()];
  const taken = { ok: true, data: { load: 0, instance: `host-1.${one}` } };
  expect(await place(one, 'clock', { order: order(one), upTo: 0 })).toMatchObject(taken);
  expect(await place(one, 'clock', { order: order(one), upTo: 0 }), 'repeated').toMatchObject(taken);
  const offered = await place(two, 'clock', { order: order(two), upTo: 0.4 });
  expect(offered).toMatchObject({ ok: true, data: { load: 0.5 } });
  expect(offered).not.toHaveProperty('data.instance');
  expect(await call('end', { session: two, reason: 'test' })).toMatchObject({ ok: false, error: { code: 'unknown_session' } });
  expect(await call('end', { session: one, reason: 'test' })).toMatchObject({ ok: true });
});

test('[EN10] a host on which an application can be shown with none of its codecs does not start, and says so', async () => {
  config['applications'] = [{ name: 'clock', command: 'xclock', codecs: ['AV1'] }];
  const daemon = await run();
  expect(await daemon.exited).toBe(1);
  expect(daemon.said()).toContain("No video encoder of AV1, which is what 'clock' is limited to, works on this machine");
});

test('[HO2] what happens to sessions is told in order, and waits for a stream that is not there yet', async () => {
  await ready();
  const session = newSessionId();
  await call('launch', order(session, 'broken'));
  const manager = await edge.jetstreamManager();
  await manager.streams.add({ name: eventStream.name, subjects: [...eventStream.subjects] });
  const consumer = await edge.jetstream().consumers.get(eventStream.name, { filterSubjects: linkEvents('link-0') });
  // A slow start may show it running for a moment.
  const told: unknown[] = [];
  for (let last = ''; last !== 'failed'; ) {
    const message = await consumer.next({ expires: 15_000 });
    const event = decodeJson(HostEvent, message?.string() ?? 'nothing came', 'event');
    last = event.type;
    told.push(event);
    expect(event).toMatchObject({ session, host: 'host-1', seq: told.length });
  }
  expect(told.at(-1)).toMatchObject({
    error: { code: 'application_exited', message: expect.stringContaining("'broken' exited with code 1") },
  });
});

test('[HO3] SIGTERM drains: no session is taken, the one that runs goes on, and the host ends with it', async () => {
  const daemon = await ready();
  const session = newSessionId();
  await call('launch', order(session));
  daemon.child.kill('SIGTERM');
  await vi.waitFor(() => expect(daemon.said()).toContain('host.draining'), within);
  expect(await place(newSessionId())).toMatchObject({ ok: false, error: { code: 'no_host' } });
  expect(await call('launch', order(newSessionId()))).toMatchObject({ ok: false, error: { code: 'host_draining' } });
  expect(daemon.child.exitCode).toBeNull();
  await call('end', { session, reason: 'test' });
  expect(await daemon.exited).toBe(0);
});

test('[HO3] a second signal ends the sessions at once', async () => {
  const daemon = await ready();
  await call('launch', order(newSessionId()));
  daemon.child.kill('SIGTERM');
  await vi.waitFor(() => expect(daemon.said()).toContain('host.draining'), within);
  daemon.child.kill('SIGTERM');
  expect(await daemon.exited).toBe(0);
});

test('[HO4] a host that is told to stop before it reached NATS stops', async () => {
  config['nats'] = { url: `ws://127.0.0.1:${await freePorts(1, '127.0.0.1')}` };
  const daemon = await run();
  await vi.waitFor(() => expect(daemon.said()).toContain('nats.unreachable'), within);
  daemon.child.kill('SIGTERM');
  expect(await daemon.exited).toBe(0);
});

test('[HO5] a configuration with mistakes is refused, each with its line, and --check only says so', async () => {
  expect(await (await run('--check')).exited).toBe(0);
  config.host['slots'] = 'many';
  const daemon = await run('--check');
  expect(await daemon.exited).toBe(78);
  await vi.waitFor(() => expect(daemon.said()).toMatch(/host\.yaml:4: host\.slots: /), within);
});
