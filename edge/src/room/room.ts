import { DurableObject } from 'cloudflare:workers';
import { configOf } from '#edge/config.ts';
import { sha256 } from '#edge/digest.ts';
import type { Env } from '#edge/env.ts';
import { consoleLogger } from '#edge/log.ts';
import { accountNamed, calling, linkOf } from '#edge/objects.ts';
import { AppError, type WireError } from '#shared/errors.ts';
import type { JoinData, JoinPost, Session, SessionPost, SessionPostData } from '#shared/gateway.ts';
import type { HostEvent } from '#shared/host.ts';
import { newPeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { type Outcome, outcome } from '#shared/outcome.ts';
import type { RoomApi } from './api.ts';
import { alarmOf } from './deadlines.ts';
import { type EffectDeps, perform } from './effects.ts';
import type { Effect, RoomEvent } from './events.ts';
import { showSession } from './show.ts';
import { errorSignal, readSignal } from './signalling.ts';
import { closeQuietly, closeWithError, RoomSockets, refuseSocket } from './sockets.ts';
import type { RoomState } from './state.ts';
import { step } from './step.ts';
import { eraseState, loadState, saveState } from './store.ts';
import { newTicket, socketUrl } from './ticket.ts';
import { isHeld, noSession, wire } from './transitions.ts';
import { stunServers } from './turn.ts';

/** One session: its state, its sockets, its deadlines. All that it decides is in `step`; here it is done. */
export class SessionRoom extends DurableObject<Env> implements RoomApi {
  readonly #sockets: RoomSockets;
  #state: RoomState;
  /** Writes to the account's index go one after the other: the last is the newest. */
  #indexing: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sockets = new RoomSockets(ctx);
    this.#state = loadState(ctx.storage);
  }

  create(id: string, account: string, post: SessionPost, origin: string): Promise<Outcome<SessionPostData>> {
    return this.#answer('create', async () => {
      const { links, turn } = configOf(this.env);
      const { token, ticket } = await newTicket(Date.now());
      const { app, region, joinable, ephemeral, screen } = post;
      const wish = {
        ...{ session: id, account, link: linkOf(id, links), app, region, joinable, ephemeral, screen },
        ...{ extraData: post.extra_data, appVersion: post.app_version, idleTimeMin: post.idle_time_min },
      };
      await this.#expect({ type: 'create', wish, ticket });
      if (!isHeld(this.#state)) throw new AppError('session_ended');
      const shown = showSession(this.#state);
      return {
        ...{ id, region: shown.region, status: shown.status, joinable },
        url: socketUrl(origin, id, token),
        stun_servers: await stunServers(turn, id, Date.now()),
      };
    });
  }

  describe(account: string): Promise<Outcome<Session>> {
    return this.#answer('describe', async () => this.#shownTo(account));
  }

  join(account: string, post: JoinPost, origin: string): Promise<Outcome<JoinData>> {
    return this.#answer('join', async () => {
      const { token, ticket } = await newTicket(Date.now());
      await this.#expect({ type: 'join', account, screen: post.screen });
      const { id } = this.#shownTo(account);
      await this.#expect({ type: 'joined', ticket, screen: post.screen });
      const { turn } = configOf(this.env);
      return { url: socketUrl(origin, id, token), stun_servers: await stunServers(turn, id, Date.now()) };
    });
  }

  end(account: string, reason: string): Promise<Outcome<Session>> {
    return this.#answer('end', async () => {
      const shown = this.#shownTo(account);
      await this.#expect({ type: 'end', account, reason });
      return { ...shown, status: 'terminating' };
    });
  }

  async onHostEvent(event: HostEvent): Promise<void> {
    this.#later({ type: 'host-event', event });
  }

  async onHostLost(host: string, incarnation: string): Promise<void> {
    this.#later({ type: 'host-lost', host, incarnation });
  }

  /** A client's upgrade to the signalling socket; its token is in the query. */
  override async fetch(request: Request): Promise<Response> {
    const tokenHash = await sha256(new URL(request.url).searchParams.get('token') ?? '');
    const refused = await this.#dispatch({ type: 'open', tokenHash });
    return refused === undefined ? this.#sockets.accept(newPeerId()) : refuseSocket(refused);
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const peer = this.#sockets.peerOf(socket);
    if (peer === undefined) return closeWithError(socket, wire('internal'));
    const read = await outcome(() => readSignal(frame));
    if (read.ok) await this.#dispatch({ type: 'signal', peer, signal: read.data });
    else this.#sockets.send(peer, errorSignal(read.error));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // Clients close as soon as they are connected: this ends nothing.
    this.#log().debug('room.socket-closed', { code });
    closeQuietly(socket, 1000, '');
  }

  override webSocketError(_socket: WebSocket, error: unknown): void {
    this.#log().debug('room.socket-failed', { error });
  }

  override async alarm(): Promise<void> {
    await this.#dispatch({ type: 'deadline' });
    await this.#arm();
  }

  /** Takes the event; @throws AppError what it was refused with. */
  async #expect(event: RoomEvent): Promise<void> {
    const refused = await this.#dispatch(event);
    if (refused !== undefined) throw AppError.fromWire(refused);
  }

  /** Takes the event, does what follows. @returns what it was refused with, if it was. */
  async #dispatch(event: RoomEvent): Promise<WireError | undefined> {
    return await this.#performAll(this.#take(event));
  }

  /** Takes the event, which is stored when this returns; what follows is done after the caller was answered. */
  #later(event: RoomEvent): void {
    this.ctx.waitUntil(this.#performAll(this.#take(event)));
  }

  #take(event: RoomEvent): Effect[] {
    const before = this.#state;
    const { state, effects } = step(before, event, Date.now());
    if (state === before) return effects;
    this.#state = state;
    saveState(this.ctx.storage, state);
    if (alarmOf(state) !== alarmOf(before)) this.ctx.waitUntil(this.#arm());
    if (state.status !== before.status) this.#log().info(`room.${state.status}`, { event: event.type });
    return effects;
  }

  async #performAll(effects: readonly Effect[]): Promise<WireError | undefined> {
    if (effects.length === 0) return undefined;
    const deps = this.#deps();
    let refused: WireError | undefined;
    for (const effect of effects) refused = (await perform(effect, deps)) ?? refused;
    return refused;
  }

  #deps(): EffectDeps {
    return {
      env: this.env,
      config: configOf(this.env),
      log: this.#log(),
      sockets: this.#sockets,
      index: () => {
        this.#indexing = this.#indexing.then(() => this.#writeIndex());
        return this.#indexing;
      },
      erase: () => eraseState(this.ctx.storage),
      dispatch: (event) => this.#dispatch(event),
    };
  }

  /** Where it fails the alarm tries again. */
  async #writeIndex(): Promise<void> {
    const state = this.#state;
    if (state.status === 'empty') return;
    const account = state.status === 'gone' ? state.account : state.wish.account;
    try {
      await calling(
        () => accountNamed(this.env, account),
        (stub) => (state.status === 'gone' ? stub.remove(state.session) : stub.put(showSession(state))),
      );
    } catch (error) {
      this.#log().warn('room.index-failed', { error });
      return;
    }
    await this.#dispatch({ type: 'indexed', status: state.status });
  }

  async #arm(): Promise<void> {
    const atMs = alarmOf(this.#state);
    if (atMs === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(atMs);
  }

  /** The session, to the account whose it is; others are told that there is none. */
  #shownTo(account: string): Session {
    const state = this.#state;
    if (!isHeld(state) || state.wish.account !== account) throw AppError.fromWire(noSession());
    return showSession(state);
  }

  #answer<T>(call: string, work: () => Promise<T>): Promise<Outcome<T>> {
    return outcome(work, (error) => this.#log().error('room.failed', { call, error }));
  }

  #log(): Logger {
    const state = this.#state;
    const session = state.status === 'empty' ? undefined : state.status === 'gone' ? state.session : state.wish.session;
    return consoleLogger(configOf(this.env).logLevel, { session });
  }
}
