import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats.ws';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Child } from '#infra/stack/child.ts';
import { startNats } from '#infra/stack/nats.ts';
import { edgeUser, hostInbox, hostUser } from '#infra/stack/nats-config.ts';
import { freePorts } from '#infra/stack/ports.ts';
import { eventStream, eventSubject, hostBucket, hostSubject, placementGroup, placeSubject } from '#shared/subjects.ts';

const password = { edge: 'edge-password', one: 'one-password', two: 'two-password' };
let folder: string;
let nats: Child;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farpane-infra-nats-'));
  const port = await freePorts(2, '127.0.0.1');
  url = `ws://127.0.0.1:${port + 1}`;
  const users = [edgeUser(password.edge), hostUser('gpu.1', password.one), hostUser('gpu-2', password.two)];
  nats = await startNats({ stateDir: folder, ip: '127.0.0.1', port, websocketPort: port + 1, users });
});
afterAll(async () => {
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A connection, and the errors that the server told it. */
async function dial(user: string, pass: string, inboxPrefix?: string) {
  const connection = await connect({
    servers: url,
    user,
    pass,
    reconnect: false,
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
  });
  onTestFinished(() => connection.close());
  const errors: string[] = [];
  void (async () => {
    for await (const { type, data } of connection.status()) if (type === 'error') errors.push(String(data));
  })();
  return { connection, errors };
}
const dialEdge = () => dial('edge', password.edge);
const dialOne = () => dial('host-gpu.1', password.one, hostInbox('gpu.1'));
const dialTwo = () => dial('host-gpu-2', password.two, hostInbox('gpu-2'));

async function answerOf(connection: NatsConnection, subject: string): Promise<string> {
  return (await connection.request(subject, 'ask', { timeout: 2000 })).string();
}

/** Whether the server lets it subscribe: a denial ends the subscription with an error. */
async function maySubscribe(connection: NatsConnection, subject: string, queue?: string): Promise<boolean> {
  let denied = false;
  connection.subscribe(subject, { ...(queue === undefined ? {} : { queue }), callback: (error) => (denied ||= error !== null) });
  await connection.flush();
  await new Promise((resolve) => setImmediate(resolve));
  return !denied;
}

test('[IN5] nats-server takes the configuration, which only its user can read', async () => {
  expect((await stat(join(folder, 'nats.conf'))).mode & 0o777).toBe(0o600);
  await dialEdge();
});

test('[IN5] nobody connects without a password, or with a wrong one', async () => {
  await expect(connect({ servers: url, reconnect: false })).rejects.toThrow(/Authorization/i);
  await expect(connect({ servers: url, user: 'edge', pass: 'wrong', reconnect: false })).rejects.toThrow(/Authorization/i);
});

test('[IN6] the edge asks, a host answers: placement in the group, and its own calls', async () => {
  const [edge, one] = [await dialEdge(), await dialOne()];
  const place = placeSubject('eu.west', 'com.example.app');
  one.connection.subscribe(place, { queue: placementGroup, callback: (_error, message) => message.respond('placed') });
  one.connection.subscribe(hostSubject('gpu.1', 'launch'), { callback: (_error, message) => message.respond('launched') });
  await one.connection.flush();
  expect(await answerOf(edge.connection, place)).toBe('placed');
  expect(await answerOf(edge.connection, hostSubject('gpu.1', 'launch'))).toBe('launched');
});

test('[IN6] a host cannot listen to the calls of another, to placement beside the group, or to the answers of others', async () => {
  const { connection } = await dialTwo();
  expect(await maySubscribe(connection, `${hostInbox('gpu-2')}.mine`)).toBe(true);
  expect(await maySubscribe(connection, placeSubject('eu', 'app'), placementGroup)).toBe(true);
  expect(await maySubscribe(connection, hostSubject('gpu.1', 'launch'))).toBe(false);
  expect(await maySubscribe(connection, placeSubject('eu', 'app'))).toBe(false);
  expect(await maySubscribe(connection, `${hostInbox('gpu.1')}.>`)).toBe(false);
  expect(await maySubscribe(connection, '_INBOX.>')).toBe(false);
  expect(await maySubscribe(connection, eventSubject('link', 'gpu-2', '*'))).toBe(false);
  expect(await maySubscribe(connection, '>')).toBe(false);
});

test('[IN6] a host cannot call others', async () => {
  const [one, two] = [await dialOne(), await dialTwo()];
  const heard: string[] = [];
  one.connection.subscribe(hostSubject('gpu.1', 'end'), { callback: (_error, message) => heard.push(message.string()) });
  await one.connection.flush();
  two.connection.publish(hostSubject('gpu.1', 'end'), 'forged');
  two.connection.publish(placeSubject('eu', 'app'), 'forged');
  await two.connection.flush();
  const edge = await dialEdge();
  edge.connection.publish(hostSubject('gpu.1', 'end'), 'true');
  await edge.connection.flush();
  await expect.poll(() => heard).toEqual(['true']);
  expect(two.errors.join()).toContain('PERMISSIONS_VIOLATION');
});

test('[IN6] a host reports events with acknowledgement and writes its own key, but no other', async () => {
  const [edge, one] = [await dialEdge(), await dialOne()];
  const manager = await edge.connection.jetstreamManager();
  await manager.streams.add({ name: eventStream.name, subjects: [...eventStream.subjects] });
  const jetstream = one.connection.jetstream();
  expect((await jetstream.publish(eventSubject('link-0', 'gpu.1', 'a-session'), '{}')).stream).toBe(eventStream.name);

  const bucket = await jetstream.views.kv(hostBucket.name, { ttl: hostBucket.ttlMs, history: 1 });
  await bucket.put('gpu=2e1', 'view');
  const seen = await edge.connection.jetstream().views.kv(hostBucket.name);
  expect((await seen.get('gpu=2e1'))?.string()).toBe('view');
  await expect(bucket.put('gpu-2', 'forged')).rejects.toThrow();
  expect(await seen.get('gpu-2')).toBeNull();
  await bucket.delete('gpu=2e1');
  expect((await seen.get('gpu=2e1'))?.operation).toBe('DEL');
});

test('[IN6] a host cannot remove streams or read what others report', async () => {
  const [edge, one] = [await dialEdge(), await dialOne()];
  const manager = await edge.connection.jetstreamManager();
  await manager.streams.add({ name: eventStream.name, subjects: [...eventStream.subjects] });
  const api = (subject: string) => one.connection.request(`$JS.API.${subject}`, '', { timeout: 500 });
  await expect(api(`STREAM.DELETE.${eventStream.name}`)).rejects.toThrow();
  await expect(api(`STREAM.PURGE.${eventStream.name}`)).rejects.toThrow();
  await expect(api(`STREAM.MSG.GET.${eventStream.name}`)).rejects.toThrow();
  expect((await manager.streams.info(eventStream.name)).config.name).toBe(eventStream.name);
});

test('[IN6] a host cannot report in the name of another', async () => {
  const [edge, two] = [await dialEdge(), await dialTwo()];
  const manager = await edge.connection.jetstreamManager();
  await manager.streams.add({ name: eventStream.name, subjects: [...eventStream.subjects] });
  const before = (await manager.streams.info(eventStream.name)).state.messages;
  for (const subject of [
    eventSubject('link-0', 'gpu.1', 'a-session'),
    'farpane.v1.event.link-0.a-session',
    'farpane.v1.event.x',
  ]) {
    await expect(two.connection.jetstream().publish(subject, '{}', { timeout: 500 }), subject).rejects.toThrow();
  }
  await two.connection.jetstream().publish(eventSubject('link-0', 'gpu-2', 'a-session'), '{}');
  expect((await manager.streams.info(eventStream.name)).state.messages).toBe(before + 1);
});
