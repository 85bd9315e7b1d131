import { AppError } from '#shared/errors.ts';
import type { HostEvent, HostReply, HostRequest, HostView, LaunchOrder } from '#shared/host.ts';
import { type Incarnation, newIncarnation, type SessionId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { type Scope, traceField, untraced } from '#shared/trace.ts';
import { type Application, chosenOf } from '#worker/application.ts';
import type { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import type { Media } from '#worker/media/media.ts';
import type { SessionFigures } from '#worker/session/figures.ts';
import { Session } from '#worker/session/session.ts';
import { codecChoice } from '#worker/session/streams/codecs.ts';
import { Cameras } from './cameras.ts';
import { Openings } from './openings.ts';
import { emptySlots, hasFree, loadWithout, occupy, release, reservationMs, reserve, type Slots, used, vacate } from './slots.ts';

export interface HostOptions {
  config: HostConfig;
  version: string;
  encoders: EncoderPool;
  media: Media;
  log: Logger;
  /** Sends an event to the room of its session, over its link. */
  send: (link: string, event: HostEvent) => void;
  /** Slots were taken or became free, or the host began to drain. */
  onChange: () => void;
}

/** The host: its slots and the sessions that run in them. It knows nothing of NATS. */
export class Host {
  readonly incarnation: Incarnation = newIncarnation();
  readonly #options: HostOptions;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #openings: Openings;
  readonly #cameras: Cameras;
  #slots: Slots;
  #draining = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#slots = emptySlots(options.config.host.slots);
    this.#cameras = new Cameras(options.config.cameras, options.log);
    this.#openings = new Openings({
      config: options.config,
      media: options.media,
      free: () => (this.#draining ? 0 : this.#slots.total - used(this.#slots)),
      isStarting: () => [...this.#sessions.values()].some((session) => session.isStarting),
      onChange: options.onChange,
      log: options.log,
    });
  }

  /** Begins to make ready what waits for sessions. */
  warmUp(): void {
    this.#openings.update();
  }

  /** Whether another session could start here: whoever listens for placements listens only while it is so. */
  get open(): boolean {
    return !this.#draining && hasFree(this.#slots);
  }

  get view(): HostView {
    const { config, version: running } = this.#options;
    return {
      host: config.host.id,
      region: config.host.region,
      incarnation: this.incarnation,
      version: running,
      applications: config.applications.map(({ name, version, published }) => ({ name, version, published })),
      slots: this.#slots.total,
      used: used(this.#slots),
      draining: this.#draining,
      ...(config.host.location === undefined ? {} : { location: config.host.location }),
      warm: this.#openings.waiting,
    };
  }

  /** What each session that is up has done so far. */
  async figures(): Promise<ReadonlyMap<SessionId, SessionFigures>> {
    const all = [...this.#sessions].map(async ([id, session]) => [id, await session.figures()] as const);
    return new Map((await Promise.all(all)).flatMap(([id, figures]) => (figures === null ? [] : [[id, figures] as const])));
  }

  /** Keeps a slot for a session; launches it there and then where the order came along and the load is not above its limit. */
  place(session: SessionId, launch?: HostRequest<'place'>['launch'], scope?: Scope): HostReply<'place'> {
    if (this.#draining) throw new AppError('host_draining');
    const slots = reserve(this.#slots, session, Date.now());
    if (slots === null) throw new AppError('no_host', { message: 'The host is full.' });
    this.#change(slots);
    const { host } = this.#options.config;
    const load = loadWithout(slots, session);
    const offer = { host: host.id, region: host.region, incarnation: this.incarnation, load, reservedMs: reservationMs };
    if (launch !== undefined && load <= launch.upTo) return { ...offer, ...this.launch(launch.order, scope) };
    // The reservation ends by itself; the host listens again when that makes room.
    setTimeout(() => this.#options.onChange(), reservationMs + 1).unref();
    return offer;
  }

  release(session: SessionId): void {
    this.#change(release(this.#slots, session));
  }

  /** Accepts a session and starts it; launched again, it is the same one. */
  launch(order: LaunchOrder, scope: Scope = untraced()): HostReply<'launch'> {
    const instance = `${this.#options.config.host.id}.${order.session}`;
    if (this.#sessions.has(order.session)) return { instance };
    if (this.#draining) throw new AppError('host_draining');
    const application = chosenOf(this.#options.config.applications, order.app, order.appVersion);
    if (application === undefined) throw notOffered(order);
    const slots = occupy(this.#slots, order.session, Date.now());
    if (slots === null) throw new AppError('no_host', { message: 'The host is full.' });
    this.#change(slots);
    this.#start(order, application, scope);
    return { instance, ...(application.devices.vhal ? { capabilities: ['vhal'] } : {}) };
  }

  /** @throws AppError `unknown_session` where it does not run here (any more). */
  session(id: SessionId): Session {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new AppError('unknown_session');
    return session;
  }

  /** Takes no more sessions and waits until those that run are over, or for `timeoutMs`; then ends them. */
  async drain(timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#draining = true;
    this.#options.onChange();
    this.#options.log.info('host.draining', { sessions: this.#sessions.size });
    const waiting = this.#openings.close();
    await settledWithin(Promise.all([...this.#sessions.values()].map((session) => session.over)), timeoutMs, signal);
    await Promise.all([...this.#sessions.values()].map((session) => session.fail(new AppError('host_draining'))));
    await waiting;
  }

  #start(order: LaunchOrder, application: Application, scope: Scope): void {
    const { config, encoders, send, log } = this.#options;
    const ofSession = log.child({ session: order.session, account: order.account, ...traceField(scope.carrier) });
    let seq = 0;
    const session = new Session({
      order,
      application,
      encoders,
      codecs: codecChoice(encoders.codecs, application.codecs ?? config.media.codecs),
      bitrates: config.media.bitrates,
      open: (inner) => this.#openings.open(order, application, ofSession, inner),
      scope,
      stateDirectory: config.host.stateDirectory,
      gamepadHelper: config.gamepadHelper,
      lendCamera: () => this.#cameras.lend(),
      log: ofSession,
      report: (report) => {
        seq += 1;
        send(order.link, { session: order.session, host: config.host.id, incarnation: this.incarnation, seq, ...report });
      },
    });
    this.#sessions.set(order.session, session);
    void session.over.then(() => {
      this.#sessions.delete(order.session);
      this.#change(vacate(this.#slots, order.session));
    });
  }

  #change(slots: Slots): void {
    if (slots === this.#slots) return;
    this.#slots = slots;
    this.#openings.update();
    this.#options.onChange();
  }
}

const notOffered = ({ app, appVersion }: LaunchOrder): AppError => {
  const what = appVersion === 0 ? `'${app}'` : `version ${appVersion} of '${app}'`;
  return new AppError('unknown_application', { message: `The host does not offer ${what}.` });
};

/** Waits for `work`, at most `timeoutMs`, and no longer than until `signal` is aborted. */
async function settledWithin(work: Promise<unknown>, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  const abort = (): void => resolve();
  signal.addEventListener('abort', abort);
  if (signal.aborted) resolve();
  await Promise.race([work, promise]);
  clearTimeout(timer);
  signal.removeEventListener('abort', abort);
}
