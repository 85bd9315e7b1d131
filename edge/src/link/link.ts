import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import { consoleLogger } from '#edge/log.ts';
import { accountNamed, calling, lineNamed, roomNamed } from '#edge/objects.ts';
import { pause } from '#edge/pause.ts';
import { scopeOf } from '#edge/trace/scope.ts';
import { callHost } from '#shared/bus.ts';
import { AppError } from '#shared/errors.ts';
import type { HostReply, HostRequest, HostView } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import { type Outcome, outcome, unwrap } from '#shared/outcome.ts';
import { hostSubject } from '#shared/subjects.ts';
import { type TraceCarrier, traced, traceField } from '#shared/trace.ts';
import { tracedBus } from '#shared/traced-bus.ts';
import type { LinkApi, Placement, SessionCall } from './api.ts';
import type { Wanted } from './choices.ts';
import { ConnectionKeeper, reconnectDelayMs } from './connection.ts';
import { HostTable } from './hosts.ts';
import { LineWatch, type Watch } from './line-watch.ts';
import { LostHosts } from './lost-hosts.ts';
import { dial, type Uplink } from './nats.ts';
import { PlacedNews } from './placed-news.ts';
import { place } from './placement.ts';
import { callTimeoutsMs } from './timeouts.ts';
import { TrackedSessions } from './tracked.ts';
import { useConnection } from './use-connection.ts';

/** How long a request waits for the connection before it is told that the hosts can't be reached. */
const readyTimeoutMs = 1500;
const dialTimeoutMs = 2000;
/** The alarm brings a link back that died: it rings again and again while the link is needed. */
const alarmEveryMs = 15_000;
/** So long after its last use a link without sessions lets its connection go, and can sleep. */
const idleMs = 10 * 60_000;
/** How long a line may have its turn before the next is woken as well. */
const turnMs = 500;

/**
 * Ties rooms to hosts: holds the one connection to NATS that they share, places their sessions, hands the hosts' events
 * to them, and tells them when a host is lost.
 */
export class Link extends DurableObject<Env> implements LinkApi {
  readonly #log: Logger;
  readonly #tracked: TrackedSessions;
  readonly #hosts = new HostTable();
  readonly #placed: PlacedNews;
  readonly #lost: LostHosts;
  readonly #lines = new LineWatch();
  readonly #placing = new Map<string, Promise<Outcome<Placement>>>();
  #keeper: ConnectionKeeper<Uplink> | undefined;
  #usedAtMs = Date.now();
  #alarmAtMs = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#log = consoleLogger(configOf(env).logLevel, { object: 'link', link: ctx.id.name });
    this.#tracked = new TrackedSessions(ctx.storage.sql);
    this.#lost = new LostHosts({
      log: this.#log,
      hosts: this.#hosts,
      tracked: this.#tracked,
      tell: (session, { host, incarnation }) =>
        calling(
          () => roomNamed(env, session),
          (room) => room.onHostLost(host, incarnation),
        ),
    });
    this.#placed = new PlacedNews((account, placed) =>
      calling(
        () => accountNamed(env, account),
        (stub) => stub.placed(placed),
      ).catch((error: unknown) => this.#log.warn('account.untold', { account, error })),
    );
  }

  place(...[order, region, account, trace, how]: Parameters<LinkApi['place']>): Promise<Outcome<Placement>> {
    const { session } = order;
    const known = this.#placing.get(session) ?? this.#outcome(() => this.#place(order, region, account, trace, how), session);
    this.#placing.set(session, known);
    void known.then(() => this.#placing.delete(session));
    return known;
  }

  call<K extends SessionCall>(
    host: string,
    call: K,
    request: HostRequest<K>,
    trace?: TraceCarrier,
  ): Promise<Outcome<HostReply<K>>> {
    return this.#outcome(async () => {
      const bus = tracedBus((await this.#ready()).bus, scopeOf(this.env, this.ctx, trace));
      const reply = await callHost(bus, hostSubject(host, call), call, request, { timeoutMs: callTimeoutsMs[call] });
      if (call === 'end' && (reply.ok || reply.error.code === 'unknown_session')) this.#tracked.removeOn(request.session, host);
      // Here nobody looks for a host: this one is away.
      if (!reply.ok && reply.error.code === 'no_host') {
        throw new AppError('unavailable', { message: 'The host of this session is not connected now.' });
      }
      return unwrap(reply);
    }, request.session);
  }

  async forget(session: string): Promise<void> {
    await this.#outcome(() => this.#tracked.remove(session));
  }

  async watch(line: string, holds: boolean): Promise<void> {
    this.#lines.watch(line, holds, Date.now());
    await this.healthy();
  }

  async unwatch(line: string): Promise<void> {
    this.#lines.unwatch(line);
  }

  async hosts(): Promise<HostView[]> {
    await this.healthy();
    return this.#hosts.views(Date.now());
  }

  async fleet(): Promise<{ hosts: HostView[]; unresponsive: number }> {
    return { hosts: await this.hosts(), unresponsive: this.#hosts.silent(Date.now()) };
  }

  async healthy(): Promise<boolean> {
    const ready = await this.#outcome(async () => {
      await this.#ready();
    });
    return ready.ok;
  }

  override async alarm(): Promise<void> {
    this.#alarmAtMs = 0;
    try {
      if (this.#needed()) {
        await this.#connect().ready(readyTimeoutMs);
        await this.#lost.sweep();
      } else {
        await this.#keeper?.close();
        this.#keeper = undefined;
      }
    } catch (error) {
      this.#log.warn('link.alarm-failed', { error });
    } finally {
      if (this.#needed()) await this.#arm();
    }
  }

  /** The link's name, as the hosts are told it. */
  get #name(): string {
    const { name } = this.ctx.id;
    if (name === undefined) throw new Error('a link is found by its name');
    return name;
  }

  #outcome<T>(work: () => Promise<T> | T, session?: string): Promise<Outcome<T>> {
    return outcome(work, (error) => this.#log.error('link.unexpected', { session, error }));
  }

  async #place(...[order, region, account, trace, how]: Parameters<LinkApi['place']>): Promise<Placement> {
    const { session } = order;
    const known = this.#tracked.get(session);
    if (known !== undefined) return known;
    const { bus } = await this.#ready();
    const log = this.#log.child({ session, account, ...traceField(trace) });
    const views = (): HostView[] => this.#hosts.views(Date.now());
    const isHeld = (wanted: Wanted, each: string): boolean =>
      how?.inTurn !== true && this.#lines.holds(wanted, each, views, Date.now());
    const later = (work: Promise<unknown>): void => this.ctx.waitUntil(work);
    const scope = scopeOf(this.env, this.ctx, trace);
    const placement = await traced(scope, 'placement', { attributes: { session } }, (inner) =>
      place({ bus: tracedBus(bus, inner), log, views, isHeld, later }, { ...order, link: this.#name }, region, how?.near),
    );
    this.#tracked.put(session, placement);
    this.#hosts.expect(placement, Date.now());
    later(this.#placed.tell(account, { session, ...placement }));
    return placement;
  }

  /** The connection, which is made on first use. @throws AppError `unavailable` where there is none in time. */
  async #ready(): Promise<Uplink> {
    this.#usedAtMs = Date.now();
    await this.#arm();
    return this.#connect().ready(readyTimeoutMs);
  }

  #connect(): ConnectionKeeper<Uplink> {
    this.#keeper ??= new ConnectionKeeper({
      log: this.#log,
      dial: () =>
        dial({
          url: this.env.NATS_URL,
          user: this.env.NATS_USER,
          password: this.env.NATS_PASSWORD,
          name: this.#name,
          timeoutMs: dialTimeoutMs,
        }),
      up: ({ nats }, down) =>
        useConnection(nats, down, {
          env: this.env,
          log: this.#log,
          link: this.#name,
          hosts: this.#hosts,
          tracked: this.#tracked,
          seen: (view) => this.ctx.waitUntil(this.#wake(this.#lines.wokenBy(view, Date.now()))),
          sweep: () => this.#outcome(() => this.#lost.sweep()),
        }),
      delayMs: reconnectDelayMs,
    });
    return this.#keeper;
  }

  /** One after the other, so that the first has its turn before the next; one that takes its time holds nobody up for long. */
  async #wake(lines: readonly Watch[]): Promise<void> {
    for (const watch of lines) {
      const woken = this.#wakeOne(watch);
      this.ctx.waitUntil(woken);
      await Promise.race([woken, pause(turnMs)]);
    }
  }

  /** Never rejects. */
  async #wakeOne(watch: Watch): Promise<void> {
    const { line } = watch;
    try {
      const waits = await calling(
        () => lineNamed(this.env, line),
        (stub) => stub.wake(),
      );
      if (!waits) this.#lines.drop(watch);
    } catch (error) {
      this.#log.warn('line.unwoken', { line, error });
    }
  }

  #needed(): boolean {
    return this.#tracked.any || Date.now() - this.#usedAtMs < idleMs;
  }

  async #arm(): Promise<void> {
    const now = Date.now();
    if (this.#alarmAtMs > now) return;
    this.#alarmAtMs = now + alarmEveryMs;
    await this.ctx.storage.setAlarm(this.#alarmAtMs);
  }
}
