import type { z } from 'zod';
import { AppError } from '#shared/errors.ts';
import type { JoinData, Session, SessionPost } from '#shared/gateway.ts';
import { Attempt, type AttemptEvent } from './attempt.ts';
import { type ControlInput, readHostMessage, sendControl } from './control.ts';
import { FarpaneError } from './errors.ts';
import { Gateway } from './gateway.ts';
import type { JoinOptions, StartOptions } from './options.ts';
import { type EndReason, type SessionEffect, type SessionEvent, type SessionState, step } from './state.ts';
import { readStats, type StatsSample, type StreamStats } from './stats.ts';

/** How long the socket may take to say why, once the host has hung up, in milliseconds. */
const hangUpGraceMs = 1500;

/** A session of one application, played in a video element. It never throws: how it stands is told by `onState`. */
export class FarpaneSession {
  readonly #options: JoinOptions;
  readonly #gateway: Gateway;
  readonly #abort = new AbortController();
  #joinable = true;
  /** Whether there is a session to come back to: it was joined, or it has played. */
  #played = false;
  #id: string | undefined;
  #state: SessionState = { name: 'idle' };
  #attempt: Attempt | undefined;
  #sample: StatsSample | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(options: JoinOptions) {
    this.#options = options;
    this.#gateway = new Gateway({ url: options.gateway, token: options.token });
  }

  /** Creates a session and plays it. */
  static start(options: StartOptions): FarpaneSession {
    const { app, region, idleTimeMin, extraData, screen } = options;
    const session = new FarpaneSession(options);
    void session.#connect(() =>
      session.#create({
        app,
        region: region ?? '',
        joinable: idleTimeMin !== undefined,
        ...(idleTimeMin === undefined ? {} : { idle_time_min: idleTimeMin }),
        extra_data: extraData ?? null,
        ...(screen === undefined ? {} : { screen }),
      }),
    );
    return session;
  }

  /** Plays a session that was created as joinable. Whoever is connected to it is disconnected. */
  static join(id: string, options: JoinOptions): FarpaneSession {
    const session = new FarpaneSession(options);
    session.#id = id;
    session.#played = true;
    void session.#connect(() => session.#rejoin());
    return session;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Sends on the control channel; what is sent while there is none is dropped. */
  send(message: ControlInput): void {
    if (this.#attempt !== undefined) sendControl(this.#attempt.connection.control, message);
  }

  /** What the stream is like now; undefined while nothing is connected. Bitrates count from the call before. */
  async stats(): Promise<StreamStats | undefined> {
    const report = await this.#attempt?.connection.getStats();
    if (report === undefined) return undefined;
    const { stats, sample } = readStats(report.values(), this.#sample);
    this.#sample = sample;
    return stats;
  }

  /** Leaves the session: one that is joinable lives on until its idle time is over. Idempotent. */
  disconnect(): void {
    this.#leave('left');
  }

  /**
   * Ends the session and its application. Idempotent.
   *
   * @throws FarpaneError where the gateway could not be told; the stream is gone in any case.
   */
  async end(): Promise<void> {
    this.#leave('ended');
    if (this.#id === undefined) return;
    await this.#gateway.end(this.#id).catch((error: unknown) => {
      if (!gone(FarpaneError.from(error))) throw error;
    });
  }

  #leave(reason: EndReason): void {
    this.send({ type: 'stream::disconnect', data: {} });
    this.#take({ type: 'over', reason });
  }

  async #connect(grant: () => Promise<JoinData>): Promise<void> {
    this.#take({ type: 'begin' });
    try {
      const { url, stun_servers: stunServers } = await grant();
      if (this.#abort.signal.aborted) return;
      this.#take({ type: 'granted' });
      const { video, dataChannels = [], codecs = [], audio = true } = this.#options;
      const attempt = new Attempt({ url, stunServers, video, dataChannels, codecs, audio, on: (event) => this.#hear(event) });
      this.#attempt = attempt;
    } catch (error) {
      this.#take({ type: 'lost', error: FarpaneError.from(error) });
    }
  }

  async #create(post: z.input<typeof SessionPost>): Promise<JoinData> {
    const created = await this.#gateway.create(post);
    this.#id = created.id;
    this.#joinable = created.joinable;
    // Who left while the gateway worked leaves a session behind that nobody knows of.
    if (this.#abort.signal.aborted) await this.#gateway.end(created.id);
    else this.#options.onId?.(created.id);
    return created;
  }

  async #rejoin(): Promise<JoinData> {
    const { screen } = this.#options;
    const id = this.#id ?? '';
    try {
      return await this.#gateway.join(id, screen === undefined ? {} : { screen }, this.#abort.signal);
    } catch (error) {
      const why = FarpaneError.from(error);
      if (gone(why)) throw new FarpaneError('session_ended');
      if (why.code !== 'wrong_state') throw why;
      throw whyNot(await this.#gateway.describe(id, this.#abort.signal)) ?? why;
    }
  }

  #hear(event: AttemptEvent): void {
    switch (event.type) {
      case 'muted':
        this.#options.onMuted?.();
        return;
      case 'channel':
        this.#opened(event.channel);
        return;
      case 'hung-up':
        this.#later(hangUpGraceMs, () => this.#askWhy());
        return;
      case 'answered':
      case 'picture':
      case 'interrupted':
      case 'recovered':
        this.#take({ type: event.type });
        return;
      case 'lost':
        this.#take(event);
        return;
      default:
        event satisfies never;
        return;
    }
  }

  #opened(channel: RTCDataChannel): void {
    if (channel.label !== 'control') {
      this.#options.onChannel?.(channel);
      return;
    }
    channel.onmessage = (event: MessageEvent<unknown>) => {
      const message = readHostMessage(event.data);
      if (message !== undefined) this.#options.onMessage?.(message);
    };
  }

  /** The host hung up and the socket did not say why: how the session stands tells it. One that still runs has another client. */
  async #askWhy(): Promise<void> {
    try {
      const session = await this.#gateway.describe(this.#id ?? '', this.#abort.signal);
      this.#take({ type: 'lost', error: whyNot(session) ?? new FarpaneError('replaced') });
    } catch (error) {
      const why = FarpaneError.from(error);
      this.#take({ type: 'lost', error: new FarpaneError(gone(why) ? 'session_ended' : 'connection_lost') });
    }
  }

  #take(event: SessionEvent): void {
    const before = this.#state;
    if (event.type === 'picture') this.#played = true;
    const { state, effects } = step(before, event, { mayRejoin: this.#joinable && this.#played });
    this.#state = state;
    for (const effect of effects) this.#act(effect);
    if (state.name === 'ended' || state.name === 'failed') this.#abort.abort();
    if (state !== before) this.#options.onState?.(state);
  }

  #act(effect: SessionEffect): void {
    switch (effect.type) {
      case 'drop':
        clearTimeout(this.#timer);
        this.#attempt?.close();
        this.#attempt = undefined;
        this.#sample = undefined;
        return;
      case 'rejoin':
        this.#later(effect.delayMs, () => this.#connect(() => this.#rejoin()));
        return;
      default:
        effect satisfies never;
        return;
    }
  }

  #later(delayMs: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void work(), delayMs);
  }
}

/** Whether the gateway says that there is no such session any more. */
const gone = ({ code }: FarpaneError): boolean => code === 'not_found' || code === 'session_ended' || code === 'unknown_session';

/** Why a session can't be played, or undefined where it can be. */
function whyNot({ status, status_message: message }: Session): FarpaneError | undefined {
  if (status === 'error') return FarpaneError.fromNumber(new AppError('application_failed').status, message);
  return status === 'terminating' || status === 'terminated' ? new FarpaneError('session_ended') : undefined;
}
