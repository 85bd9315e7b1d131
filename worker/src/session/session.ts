import type { WireError } from '#shared/errors.ts';
import { AppError } from '#shared/errors.ts';
import type { HostReply } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Screen } from '#shared/screen.ts';
import type { ClientSettings } from '#shared/signal.ts';
import type { Application } from '#worker/application.ts';
import { DeadlineTimers } from './deadlines.ts';
import { launch, type Parts } from './launch.ts';
import type { SessionOptions } from './options.ts';
import { Resources } from './resources.ts';
import type { Report, SessionEffect, SessionEvent, SessionState } from './state.ts';
import { step } from './step.ts';

/** One session on this host: the shell that does what {@link step} decides. */
export class Session {
  /** The screen as it is: what was asked for, within the application's limits. */
  readonly screen: Screen;
  readonly #options: SessionOptions;
  readonly #resources: Resources;
  readonly #timers = new DeadlineTimers((name) => this.#dispatch({ type: 'deadline', name }));
  readonly #parts: Promise<Parts>;
  #state: SessionState;
  #end: WireError = new AppError('session_ended').toWire();
  #torn: Promise<void> | null = null;
  readonly #over = Promise.withResolvers<void>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#resources = new Resources(options.log);
    this.#state = { phase: 'launching', deadlines: options.order.deadlines };
    this.screen = within(options.order.screen, options.application.maxScreen);
    this.#parts = launch({
      ...options,
      screen: this.screen,
      resources: this.#resources,
      dispatch: (event) => this.#dispatch(event),
    });
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

  /** Serves a client's settings with an offer (SDP); waits for the instance. */
  async settings(peer: PeerId, settings: ClientSettings): Promise<string> {
    const { peers } = await this.#running();
    const sdp = await peers.offer(peer, settings);
    this.#dispatch({ type: 'offered', peer });
    return sdp;
  }

  /** Applies a client's answer (SDP). */
  async answer(peer: PeerId, sdp: string): Promise<HostReply<'answer'>> {
    const { peers } = await this.#running();
    return await peers.answer(peer, sdp);
  }

  /** Another client is about to come. */
  async join(): Promise<void> {
    await this.#running();
    this.#dispatch({ type: 'join' });
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

  /** The parts of a session that is up. @throws AppError what it failed of, or that it is over. */
  async #running(): Promise<Parts> {
    const parts = await this.#parts.catch(() => null);
    if (parts === null || this.#state.phase === 'over') throw AppError.fromWire(this.#end);
    return parts;
  }

  #dispatch(event: SessionEvent): void {
    const before = this.#state.phase;
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
        this.#timers.set(effect.name, effect.ms);
        return;
      case 'clear-deadline':
        this.#timers.clear(effect.name);
        return;
      case 'close-peer':
        void this.#closePeer(effect.peer);
        return;
      case 'tear-down':
        this.#torn ??= this.#tearDown();
        return;
      default:
        effect satisfies never;
    }
  }

  async #closePeer(peer: PeerId): Promise<void> {
    try {
      const { peers, input } = await this.#parts;
      // Keys that the client held would stay down for ever.
      input.releaseAll();
      await peers.close(peer);
    } catch (error) {
      this.#options.log.error('peer.close-failed', { peer, error });
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

/** A wish larger than the application's limits is cut down to them. */
const within = (wish: Screen, most: Application['maxScreen']): Screen => ({
  width: Math.min(wish.width, most.width),
  height: Math.min(wish.height, most.height),
  fps: Math.min(wish.fps, most.fps),
  density: wish.density,
});
