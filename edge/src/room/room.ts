import { configOf } from '#edge/config.ts';
import { sha256 } from '#edge/digest.ts';
import type { TurnEnd } from '#edge/line/turns.ts';
import { AppError } from '#shared/errors.ts';
import type { JoinData, JoinPost, Session, SessionPostData } from '#shared/gateway.ts';
import type { HostEvent } from '#shared/host.ts';
import { newPeerId } from '#shared/ids.ts';
import { type Outcome, outcome } from '#shared/outcome.ts';
import type { GuestRole, Share, SharePostData } from '#shared/shares.ts';
import type { EndOptions, NewShare, Offerer, RoomApi, WhepAnswer, WhepIce, WhepPeer, WhepRestart } from './api.ts';
import { callHost } from './calls.ts';
import { resumeTtlMs } from './decide/deadlines.ts';
import { errorSignal, readSignal } from './decide/signalling.ts';
import { isHeld, noSession, wire } from './decide/transitions.ts';
import { newShare, shownShare } from './share-desk.ts';
import { RoomShell } from './shell.ts';
import { showSession } from './show.ts';
import { closeQuietly, closeWithError, refuseSocket } from './sockets.ts';
import { newTicket, socketUrl } from './ticket.ts';
import { stunServers } from './turn.ts';
import { answerOffer, restartIce, type WhepRoom, whepGuest } from './whep-desk.ts';
import { wishOf } from './wish.ts';

/** One session: its state, its sockets, its deadlines. All that it decides is in `step`; here it is done. */
export class SessionRoom extends RoomShell implements RoomApi {
  /** The creation that is under way: another of the same session waits for it. */
  #creation: Promise<Outcome<SessionPostData>> | undefined;
  #turn: Promise<TurnEnd> | undefined;

  async create(
    ...[id, account, post, origin, defaultIdleMin, trace, near]: Parameters<RoomApi['create']>
  ): Promise<Outcome<SessionPostData>> {
    const { status } = this.state;
    if (this.#creation === undefined && (status === 'empty' || status === 'placing')) {
      this.#creation = this.answer('create', async () => {
        const { token, ticket } = await newTicket(Date.now());
        const wish = wishOf(configOf(this.env), id, account, post, defaultIdleMin, trace, near);
        await this.expect({ type: 'create', wish, ticket });
        return await this.#created(account, origin, token);
      });
      const created = await this.#creation;
      this.#creation = undefined;
      return created;
    }
    const first = await this.#creation;
    return first?.ok === false ? first : this.answer('create-again', () => this.#createdAgain(account, origin));
  }

  describe(account: string): Promise<Outcome<Session>> {
    return this.answer('describe', async () => this.#shownTo(account));
  }

  join(account: string, post: JoinPost, origin: string): Promise<Outcome<JoinData>> {
    return this.answer('join', async () => {
      const { token, ticket } = await newTicket(Date.now());
      await this.expect({ type: 'join', account, screen: post.screen });
      const { id } = this.#shownTo(account);
      await this.expect({ type: 'joined', ticket, screen: post.screen });
      return await this.#way(origin, id, token);
    });
  }

  end(account: string, reason: string, { force = false, sync = true }: EndOptions = {}): Promise<Outcome<Session>> {
    return this.answer('end', async () => {
      const shown = this.#shownTo(account);
      const event = { type: 'end', account, reason, force } as const;
      if (sync) await this.expect(event);
      else this.expectSoon(event);
      return { ...shown, status: 'terminating' };
    });
  }

  share(account: string, post: NewShare, origin: string): Promise<Outcome<SharePostData>> {
    return this.answer('share', async () => {
      const { share, data } = await newShare(this.#shownTo(account).id, post, origin, Date.now());
      await this.expect({ type: 'share', account, share, limit: post.limit });
      return data;
    });
  }

  describeShare(account: string, id: string): Promise<Outcome<Share>> {
    return this.answer('describe-share', async () => shownShare(this.state, account, id, Date.now()));
  }

  changeShare(account: string, id: string, change: { description?: string; expiresAtMs?: number }): Promise<Outcome<Share>> {
    return this.answer('change-share', async () => {
      await this.expect({ type: 'change-share', account, id, change });
      return shownShare(this.state, account, id, Date.now());
    });
  }

  revokeShare(account: string, id: string, { sync }: { sync: boolean }): Promise<Outcome<Share>> {
    return this.answer('revoke-share', async () => {
      const shown = shownShare(this.state, account, id, Date.now());
      const event = { type: 'revoke-share', account, id } as const;
      if (sync) await this.expect(event);
      else this.expectSoon(event);
      return shown;
    });
  }

  ticketFor(token: string, role: GuestRole, origin: string): Promise<Outcome<JoinData>> {
    return this.answer('ticket-for', async () => {
      const made = await newTicket(Date.now());
      await this.expect({ type: 'connect', tokenHash: await sha256(token), role, ticket: made.ticket });
      if (!isHeld(this.state)) throw new AppError('session_ended');
      return await this.#way(origin, this.state.wish.session, made.token);
    });
  }

  whepOffer(by: Offerer, offer: { sdp: string; ufrag: string }): Promise<Outcome<WhepAnswer>> {
    return this.answer('whep-offer', () => answerOffer(this.#whepRoom(), by, offer));
  }

  whepIce(whep: WhepPeer): Promise<Outcome<WhepIce>> {
    return this.answer('whep-ice', async () => {
      const { tag, ufrag } = (await whepGuest(this.#whepRoom(), whep)).whep;
      return { tag, ufrag };
    });
  }

  whepRestart(whep: WhepPeer, ufrag: string): Promise<Outcome<WhepRestart>> {
    return this.answer('whep-restart', () => restartIce(this.#whepRoom(), whep, ufrag));
  }

  whepEnd(whep: WhepPeer): Promise<Outcome<Record<string, never>>> {
    return this.answer('whep-end', async () => {
      const { peer } = await whepGuest(this.#whepRoom(), whep);
      await this.expect({ type: 'dismiss', peer, reason: 'It left.' });
      return {};
    });
  }

  async turn(): Promise<TurnEnd> {
    // Asked again while it goes on, it is the same one.
    this.#turn ??= this.#takeTurn().finally(() => {
      this.#turn = undefined;
    });
    return await this.#turn;
  }

  async inLine(place: number): Promise<boolean> {
    await this.dispatch({ type: 'in-line', place });
    return this.state.status === 'waiting';
  }

  async onHostEvent(event: HostEvent): Promise<void> {
    this.later({ type: 'host-event', event });
  }

  async onHostLost(host: string, incarnation: string): Promise<void> {
    this.later({ type: 'host-lost', host, incarnation });
  }

  /** A client's upgrade to the signalling socket; its token is in the query. */
  override async fetch(request: Request): Promise<Response> {
    const tokenHash = await sha256(new URL(request.url).searchParams.get('token') ?? '');
    const peer = newPeerId();
    const refused = await this.dispatch({ type: 'open', tokenHash, peer });
    return this.sockets.answerTo(peer) ?? refuseSocket(refused ?? wire('internal'));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const from = this.sockets.clientOf(socket);
    if (from === undefined) return closeWithError(socket, wire('internal'));
    const read = await outcome(() => readSignal(frame));
    if (!read.ok) {
      this.sockets.send(from.peer, errorSignal(read.error));
      return;
    }
    const signal = read.data;
    const isResumable = signal.type === 'settings' && signal.resumable;
    const resume = isResumable ? await newTicket(Date.now(), resumeTtlMs) : undefined;
    await this.dispatch({ type: 'signal', from, signal, ...(resume && { resume }) });
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.log().debug('room.socket-closed', { code });
    closeQuietly(socket, 1000, '');
    await this.#left(socket);
  }

  override async webSocketError(socket: WebSocket, error: unknown): Promise<void> {
    this.log().debug('room.socket-failed', { error });
    await this.#left(socket);
  }

  /** Clients close as soon as they are connected: this ends nothing but the wait in a line. */
  async #left(socket: WebSocket): Promise<void> {
    if (!this.sockets.hasOwnerBesides(socket)) await this.dispatch({ type: 'owner-away' });
  }

  /** A request that came twice: the session is there, its owner gets another ticket. */
  async #createdAgain(account: string, origin: string): Promise<SessionPostData> {
    const { token, ticket } = await newTicket(Date.now());
    await this.expect({ type: 'reopen', account, ticket });
    return await this.#created(account, origin, token);
  }

  async #created(account: string, origin: string, token: string): Promise<SessionPostData> {
    const { id, region, status, joinable } = this.#shownTo(account);
    return { id, region, status, joinable, ...(await this.#way(origin, id, token)) };
  }

  async #takeTurn(): Promise<TurnEnd> {
    const error = await this.dispatch({ type: 'turn' });
    return { stays: this.state.status === 'waiting', error };
  }

  /** Where a client goes: the socket's address, and the relays that it may use. */
  async #way(origin: string, session: string, token: string): Promise<JoinData> {
    const now = Date.now();
    const waitMs = this.state.status === 'waiting' ? this.state.giveUpAtMs - now : 0;
    const servers = await stunServers(configOf(this.env).turn, session, now, waitMs);
    return { url: socketUrl(origin, session, token), stun_servers: servers };
  }

  /** The session, to the account whose it is; others are told that there is none. */
  #shownTo(account: string): Session {
    const { state } = this;
    if (!isHeld(state) || state.wish.account !== account) throw AppError.fromWire(noSession());
    return showSession(state);
  }

  #whepRoom(): WhepRoom {
    const trace = isHeld(this.state) ? this.state.wish.trace : undefined;
    const deps = { env: this.env, config: configOf(this.env), log: this.log(), trace };
    return {
      config: deps.config,
      state: () => this.state,
      expect: (event) => this.expect(event),
      call: (host, call, request) => callHost(deps, host, call, request),
    };
  }
}
