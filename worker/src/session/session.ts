import type { WireError } from '#shared/errors.ts';
import { AppError } from '#shared/errors.ts';
import type { HostReply, HostRequest, Role } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';
import type { ScreenChange } from '#shared/screen.ts';
import type { ClientSettings } from '#shared/signal.ts';
import { type Scope, traced } from '#shared/trace.ts';
import { Arrivals } from './arrivals.ts';
import { actOn, type ClientEffect } from './client-effects.ts';
import { DeadlineTimers } from './deadlines.ts';
import { figuresOf, PeerMeter, type SessionFigures } from './figures.ts';
import { launch } from './launch.ts';
import type { SessionOptions } from './options.ts';
import type { Parts } from './parts.ts';
import { Resources } from './resources.ts';
import type { Report, SessionEffect, SessionEvent, SessionState } from './state.ts';
import { step } from './step.ts';

/** One session on this host: the shell that does what {@link step} decides. */
export class Session {
  readonly #options: SessionOptions;
  readonly #resources: Resources;
  readonly #timers = new DeadlineTimers((deadline) => this.#dispatch({ type: 'deadline', deadline }));
  readonly #parts: Promise<Parts>;
  #state: SessionState;
  #end: WireError = new AppError('session_ended').toWire();
  #torn: Promise<void> | null = null;
  readonly #meter = new PeerMeter();
  readonly #arrivals = new Arrivals();
  /** Clients that are being served. */
  readonly #coming = new Map<PeerId, AbortController>();
  readonly #over = Promise.withResolvers<void>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#resources = new Resources(options.log);
    this.#state = { phase: 'launching', deadlines: options.order.deadlines };
    const { order, scope } = options;
    this.#parts = traced(scope, 'start', { attributes: { session: order.session, application: order.app } }, (inner) =>
      launch({
        ...options,
        scope: inner,
        resources: this.#resources,
        dispatch: (event) => this.#dispatch(event),
        state: () => (this.#state.phase === 'running' ? this.#state : null),
        onFirstFrame: scope.isRecording ? (peer) => this.#arrivals.firstFrame(peer) : undefined,
      }),
    );
    this.#parts.then(
      () => this.#dispatch({ type: 'launched' }),
      (error: unknown) => {
        if (!(error instanceof AppError)) options.log.error('session.launch-failed', { error });
        this.#dispatch({ type: 'failed', error: AppError.from(error).toWire() });
      },
    );
  }

  /** Resolves when the session is over and nothing of it is left. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** Whether its parts are being started. */
  get isStarting(): boolean {
    return this.#state.phase === 'launching';
  }

  /** What it has done so far; null while it is not up. */
  async figures(): Promise<SessionFigures | null> {
    if (this.#state.phase !== 'running') return null;
    return await figuresOf(await this.#parts, this.#meter);
  }

  /** Serves a client's settings with an offer (SDP); waits for the instance. */
  async settings(peer: PeerId, role: Role, settings: ClientSettings): Promise<string> {
    const { roles, data_channels: channels, enable_camera: camera } = settings;
    const coming = { peer, role, keeps: false, roles, channels, camera };
    return await this.#serve(coming, (peers) => peers.offer(peer, role, settings));
  }

  /** Serves a client's offer (SDP) with the answer; waits for the instance. `scope`: the trace that its coming belongs to. */
  async offer({ peer, role, keeps, sdp, dataChannels: channels }: Offering, scope: Scope): Promise<string> {
    const coming = { peer, role, keeps, roles: false, channels, camera: false };
    const answer = await this.#serve(coming, (peers) => peers.answerOffer(peer, role, sdp, channels));
    this.#arrivals.begin(peer, scope);
    return answer;
  }

  /** Applies a client's answer (SDP). */
  async answer(peer: PeerId, sdp: string, scope: Scope): Promise<HostReply<'answer'>> {
    const { peers } = await this.#running();
    this.#arrivals.begin(peer, scope);
    return await peers.answer(peer, sdp);
  }

  /** Gives a client's connection new ICE credentials. */
  async restartIce(peer: PeerId): Promise<HostReply<'ice-restart'>> {
    const { peers } = await this.#running();
    return await peers.restartIce(peer);
  }

  /** Disconnects these clients; one that is just being served is not let in. Those that are not there are passed over. */
  disconnect(peers: readonly PeerId[], reason: string): void {
    for (const peer of peers) {
      this.#coming.get(peer)?.abort();
      this.#dispatch({ type: 'left', peer, reason });
    }
  }

  /** Another owner is about to come, and the screen is to be as it wishes, as far as the application lets it. */
  async join(wish: ScreenChange = {}): Promise<void> {
    const { screen } = await this.#running();
    this.#dispatch({ type: 'join' });
    await screen.change(wish).catch((error: unknown) => this.#options.log.info('screen.not-changed', { error }));
  }

  /** Ends the session; resolves when everything is gone. */
  async end(reason: string): Promise<void> {
    this.#dispatch({ type: 'end', reason });
    await this.over;
  }

  /** Ends the session as failed: the host can't go on with it. */
  async fail(error: AppError): Promise<void> {
    this.#dispatch({ type: 'failed', error: error.toWire() });
    await this.over;
  }

  async #serve(
    { peer, role, keeps, roles, channels, camera }: Coming,
    work: (peers: Parts['peers']) => Promise<string>,
  ): Promise<string> {
    const { peers, desk, upLinks, channels: channelDesk } = await this.#running();
    const coming = new AbortController();
    this.#coming.set(peer, coming);
    try {
      const sdp = await work(peers);
      if (role === 'owner') await channelDesk.add(peer, channels);
      if (coming.signal.aborted) {
        channelDesk.remove(peer);
        peers.close(peer);
        throw new AppError('unauthorized', { message: 'This client was disconnected.' });
      }
      desk.add(peer, { roles });
      if (camera) upLinks.cameraEnabled(peer);
      this.#dispatch({ type: 'offered', peer, role, keeps });
      return sdp;
    } finally {
      if (this.#coming.get(peer) === coming) this.#coming.delete(peer);
    }
  }

  /** The parts of a session that is up. @throws AppError what it failed of, or that it is over. */
  async #running(): Promise<Parts> {
    const parts = await this.#parts.catch(() => null);
    if (parts === null || this.#state.phase === 'over') throw AppError.fromWire(this.#end);
    return parts;
  }

  #dispatch(event: SessionEvent): void {
    const before = this.#state.phase;
    if (event.type === 'connected') this.#arrivals.connected(event.peer);
    if (event.type === 'left') this.#arrivals.gone(event.peer);
    const { state, effects } = step(this.#state, event);
    this.#state = state;
    if (state.phase !== before) this.#options.log.info('session.phase', { phase: state.phase, on: event.type });
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'report':
        if (effect.report.type === 'failed') this.#end = effect.report.error;
        if (effect.report.type === 'ended') this.#end = new AppError('session_ended', { message: effect.report.reason }).toWire();
        this.#report(effect.report);
        return;
      case 'set-deadline':
        this.#timers.set(effect.deadline, effect.ms);
        return;
      case 'clear-deadline':
        this.#timers.clear(effect.deadline);
        return;
      case 'close-peer':
      case 'release-input':
      case 'tell-control':
      case 'tell-request':
        void this.#act(effect);
        return;
      case 'tear-down':
        this.#torn ??= this.#tearDown();
        return;
      default:
        effect satisfies never;
    }
  }

  async #act(effect: ClientEffect): Promise<void> {
    try {
      actOn(effect, await this.#parts);
    } catch (error) {
      this.#options.log.error('session.effect-failed', { effect: effect.type, error });
    }
  }

  /** The end is told when nothing is left: who hears of it may count on the slot. */
  #report(report: Report): void {
    if (report.type !== 'failed' && report.type !== 'ended') {
      this.#options.report(report);
      return;
    }
    void this.over.then(() => this.#options.report(report));
  }

  async #tearDown(): Promise<void> {
    this.#timers.close();
    await this.#resources.close();
    await this.#parts.catch(() => undefined);
    this.#over.resolve();
  }
}

/** A client that offers by itself. */
type Offering = Omit<HostRequest<'offer'>, 'session'>;

/** A client that is to be served. `roles`: it wants to hear of control; `channels`: of its data channels; `camera`: it has enabled it. */
interface Coming {
  peer: PeerId;
  role: Role;
  keeps: boolean;
  roles: boolean;
  channels: readonly string[];
  camera: boolean;
}
