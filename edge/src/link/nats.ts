import { AckPolicy, connect, createInbox, DeliverPolicy, headers, type NatsConnection, nanos, StorageType } from 'nats.ws';
import { pause } from '#edge/pause.ts';
import type { Bus } from '#shared/bus.ts';
import { AppError } from '#shared/errors.ts';
import { natsBus } from '#shared/nats-bus.ts';
import { eventStream, eventTeller, linkEvents, subjectToken } from '#shared/subjects.ts';
import type { Closable } from './connection.ts';
import { Requests } from './requests.ts';

/** The only file of the edge that knows nats.ws. A connection here lives once: after it has closed a new one takes its place. */
export type { NatsConnection };

/** Dead connections are found by pings; Cloudflare closes sockets that were idle for 100 s. */
const pingIntervalMs = 15_000;

/** An event that nobody acknowledged, or said to be at work on, for so long is delivered again. */
export const ackWaitMs = 6000;

/** A connection, and the bus over it. */
export interface Uplink extends Closable {
  readonly nats: NatsConnection;
  readonly bus: Bus;
}

/** Connects once. Throws what nats.ws throws: refused, timed out, not authorised. `user` "" = without credentials. */
export async function dial(options: {
  url: string;
  user: string;
  password: string;
  name: string;
  timeoutMs: number;
}): Promise<Uplink> {
  const nats = await connect({
    servers: options.url,
    name: options.name,
    reconnect: false,
    timeout: options.timeoutMs,
    pingInterval: pingIntervalMs,
    maxPingOut: 2,
    ignoreClusterUpdates: true,
    // A stack for each request, in case that it fails, costs more than the request.
    noAsyncTraces: true,
    ...(options.user === '' ? {} : { user: options.user, pass: options.password }),
  });
  return { nats, bus: busOver(nats), closed: () => nats.closed(), close: () => nats.close() };
}

/** The bus over this connection: a request that it loses by closing is `unavailable` at once. */
function busOver(connection: NatsConnection): Bus {
  const requests = new Requests(connection, createInbox());
  const bus = natsBus(
    {
      subscribe: (subject, options) => connection.subscribe(subject, options),
      request: async (subject, data, options) => await requests.request(subject, data, options),
    },
    headers,
  );
  return {
    serve: bus.serve,
    async request(subject, payload, options) {
      try {
        return await bus.request(subject, payload, options);
      } catch (cause) {
        if (connection.isClosed()) throw new AppError('unavailable', { message: 'The connection to the hosts broke.', cause });
        throw cause;
      }
    },
  };
}

/** What a watch of a bucket tells: each key's newest value first, then `complete`, then every change. */
export interface BucketListener {
  put(value: Uint8Array): void;
  removed(key: string): void;
  complete(): void;
}

/**
 * Watches a KV bucket, which is made if it is missing. Resolves when all that was there has been told.
 * A key that the TTL removes is not told: NATS has no event for that.
 */
export async function watchBucket(
  connection: NatsConnection,
  bucket: { name: string; ttlMs: number },
  listener: BucketListener,
): Promise<void> {
  const kv = await connection.jetstream().views.kv(bucket.name, { ttl: bucket.ttlMs, history: 1, storage: StorageType.File });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const initializedFn = () => {
    listener.complete();
    resolve();
  };
  const watch = await kv.watch({ initializedFn });
  const run = async () => {
    for await (const entry of watch) {
      if (entry.operation === 'PUT') listener.put(entry.value);
      else listener.removed(entry.key);
    }
  };
  untilItEnds(connection, run(), reject);
  return promise;
}

/** One event as it was delivered. Whoever takes it calls `ack` or `term`, and `working` before {@link ackWaitMs} are over. */
export interface EventMessage {
  readonly data: Uint8Array;
  /** The subject token of the host that NATS had it from. */
  readonly teller: string | undefined;
  ack(): void;
  working(): void;
  term(): void;
}

/**
 * Takes the events for `link` through its durable consumer; the stream and the consumer are made if they are missing.
 * What a former connection took and did not acknowledge comes first, so that the order within a session holds.
 */
export async function takeEvents(
  connection: NatsConnection,
  link: string,
  take: (message: EventMessage) => void,
  down: AbortSignal,
): Promise<void> {
  await ensureEventStream(connection);
  const manager = await connection.jetstreamManager();
  const durable = `link-${subjectToken(link)}`;
  const { num_ack_pending: unacknowledged } = await manager.consumers.add(eventStream.name, {
    durable_name: durable,
    filter_subject: linkEvents(link),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    deliver_policy: DeliverPolicy.All,
    max_deliver: -1,
    max_ack_pending: 1000,
  });
  const run = async () => {
    // The server delivers what is due again before what is new: wait until all of it is due.
    if (unacknowledged > 0) await pause(ackWaitMs, down);
    if (connection.isClosed()) return;
    const consumer = await connection.jetstream().consumers.get(eventStream.name, durable);
    const messages = await consumer.consume({ max_messages: 200, expires: 20_000, abort_on_missing_resource: true });
    for await (const message of messages) {
      const reply = (act: () => void) => {
        // Without a connection there is nobody to tell: the event comes again over the next one.
        if (!connection.isClosed()) act();
      };
      take({
        data: message.data,
        teller: eventTeller(message.subject),
        ack: () => reply(() => message.ack()),
        working: () => reply(() => message.working()),
        term: () => reply(() => message.term()),
      });
    }
  };
  untilItEnds(connection, run());
}

/** Makes the stream of events, or brings its subjects and its age up to date and leaves the rest as it was set up. */
async function ensureEventStream(connection: NatsConnection): Promise<void> {
  const { streams } = await connection.jetstreamManager();
  const subjects = [...eventStream.subjects];
  const max_age = nanos(eventStream.maxAgeMs);
  const found = await streams.find(eventStream.subjects[0]).catch(() => undefined);
  if (found !== eventStream.name) {
    await streams.add({ name: eventStream.name, subjects, max_age, storage: StorageType.File });
    return;
  }
  const { config } = await streams.info(eventStream.name);
  if (config.max_age === max_age && String(config.subjects) === String(subjects)) return;
  await streams.update(eventStream.name, { ...config, subjects, max_age });
}

/** What the connection is for has ended: then the connection ends too, and the next one starts afresh. */
function untilItEnds(connection: NatsConnection, work: Promise<void>, failed?: (error: unknown) => void): void {
  work
    .catch((error: unknown) => failed?.(error))
    .then(() => {
      failed?.(new AppError('unavailable', { message: 'The connection to the hosts broke.' }));
      return connection.close();
    })
    .catch(() => undefined);
}
