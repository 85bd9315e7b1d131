import { connect, type NatsConnection, StorageType } from 'nats.ws';
import { serveCall } from '#shared/bus.ts';
import { AppError } from '#shared/errors.ts';
import type { HostCall, HostEvent, HostReply, HostRequest, HostView } from '#shared/host.ts';
import { newIncarnation } from '#shared/ids.ts';
import { natsBus } from '#shared/nats-bus.ts';
import type { Position } from '#shared/position.ts';
import { eventSubject, hostBucket, hostSubject, placementGroup, placeSubject, subjectToken } from '#shared/subjects.ts';
import { env, unique } from './support.ts';

type Handlers = { [K in HostCall]?: (request: HostRequest<K>) => Promise<HostReply<K>> };

export interface FakeHostOptions {
  app: string;
  version?: number;
  published?: boolean;
  region: string;
  load?: number;
  host?: string;
  incarnation?: string;
  url?: string;
  slots?: number;
  location?: Position;
  handlers?: Handlers;
}

/** A host as the link sees it: it speaks NATS for real, and takes down what it is asked instead of running anything. */
export class FakeHost {
  readonly host: string;
  readonly region: string;
  readonly incarnation: string;
  /** `call session`, in order. */
  readonly calls: string[] = [];
  readonly #connection: NatsConnection;
  readonly #options: FakeHostOptions;
  #place: (() => () => void) | undefined;
  #stopPlacing: (() => void) | undefined;

  private constructor(connection: NatsConnection, options: FakeHostOptions) {
    this.#connection = connection;
    this.#options = options;
    this.host = options.host ?? unique('host');
    this.region = options.region;
    this.incarnation = options.incarnation ?? newIncarnation();
  }

  /** Resolves when the host serves and has told of itself. */
  static async start(options: FakeHostOptions): Promise<FakeHost> {
    const connection = await connect({ servers: options.url ?? env.NATS_URL, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    const host = new FakeHost(connection, options);
    const { incarnation } = host;
    const { region, load = 0 } = options;
    host.#serve('launch', async ({ session }) => ({ instance: `instance-of-${session}` }));
    host.#serve('release', async () => ({}));
    host.#serve('end', async () => ({}));
    host.#serve('join', async () => ({}));
    host.#serve('offer', async () => ({ sdp: 'answer' }));
    host.#serve('ice-restart', async () => ({ ufrag: 'hostfrag', pwd: 'p'.repeat(24), candidates: [] }));
    host.#serve('disconnect', async () => ({}));
    host.#serve('settings', async () => ({ sdp: 'offer' }));
    host.#place = () => host.#serve('place', async () => ({ host: host.host, incarnation, region, load, reservedMs: 5000 }));
    host.#stopPlacing = host.#place();
    await connection.flush();
    await host.beat();
    return host;
  }

  /** Full, or draining: takes no more sessions. */
  async unsubscribe(): Promise<void> {
    this.#stopPlacing?.();
    await this.#connection.flush();
  }

  /** Is not full any more, and has not said so yet. */
  async listen(): Promise<void> {
    this.#stopPlacing?.();
    this.#stopPlacing = this.#place?.();
    await this.#connection.flush();
  }

  /** Is not full any more, and says so. */
  async subscribe(): Promise<void> {
    await this.listen();
    await this.beat();
  }

  /** A heartbeat. */
  async beat(change: Partial<HostView> = {}): Promise<void> {
    const { region, app, version = 1, published = true, slots = 4, location } = this.#options;
    const view: HostView = {
      host: this.host,
      region,
      incarnation: this.incarnation,
      version: '0.1.0',
      applications: [{ name: app, version, published }],
      slots,
      used: 0,
      draining: false,
      ...(location === undefined ? {} : { location }),
      ...change,
    };
    const bucket = this.#connection.jetstream().views;
    const kv = await bucket.kv(hostBucket.name, { ttl: hostBucket.ttlMs, history: 1, storage: StorageType.File });
    await kv.put(subjectToken(this.host), JSON.stringify(view));
  }

  /** Beats until it is disposed. */
  beating(everyMs: number): Disposable {
    const timer = setInterval(() => void this.beat().catch(() => undefined), everyMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Tells of an event, and that it is stored. */
  async tell(link: string, event: Pick<HostEvent, 'session' | 'seq'>, data?: string): Promise<void> {
    const full = { ...event, host: this.host, incarnation: this.incarnation, type: 'active' };
    await this.#connection.jetstream().publish(eventSubject(link, this.host, event.session), data ?? JSON.stringify(full));
  }

  of(call: HostCall): string[] {
    return this.calls.flatMap((line) => (line.startsWith(`${call} `) ? [line.slice(call.length + 1)] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  #serve<K extends HostCall>(call: K, handler: (request: HostRequest<K>) => Promise<HostReply<K>>): () => void {
    const placing = call === 'place';
    const { region, app, version, handlers = {} } = this.#options;
    const subject = placing ? placeSubject(region, app, version) : hostSubject(this.host, call as Exclude<HostCall, 'place'>);
    const unexpected = (error: unknown): void => {
      throw error;
    };
    const options = { unexpected, ...(placing ? { queue: placementGroup } : {}) };
    return serveCall(natsBus(this.#connection), subject, call, options, (request) => {
      this.calls.push(`${call} ${(request as { session: string }).session}`);
      const own: ((request: HostRequest<K>) => Promise<HostReply<K>>) | undefined = handlers[call];
      return (own ?? handler)(request);
    });
  }
}

/** A launch that a draining host refuses. */
export const draining = (): Promise<never> => Promise.reject(new AppError('host_draining'));
