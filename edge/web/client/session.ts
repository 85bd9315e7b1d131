import { Attempt, type AttemptEvent } from './attempt.ts';
import { Channels } from './channels.ts';
import { askedCodecs } from './codecs.ts';
import { type ControlInput, sendControl } from './control.ts';
import { LocalCursor } from './cursor.ts';
import type { SharedDevice } from './device.ts';
import { Devices } from './devices.ts';
import { FarpaneError } from './errors.ts';
import { Hearing } from './hearing.ts';
import type { JoinOptions, PlayOptions, StartOptions } from './options.ts';
import { Playback } from './playback.ts';
import { RemoteCursor } from './remote-cursor.ts';
import { Speaking } from './speaking.ts';
import { type EndReason, type SessionEffect, type SessionEvent, type SessionState, step } from './state.ts';
import { readStats, type StatsSample, type StreamStats } from './stats.ts';
import { OwnWay, SharedWay, type Way } from './way.ts';
import { type Follower, followerOf, gatewayOf, postOf, wantedOf, wayOptions } from './wishes.ts';

/** How long the socket may take to say why, once the host has hung up, in milliseconds. */
const hangUpGraceMs = 1500;

/** A session of one application, played in a video element. It never throws: how it stands is told by `onState`. */
export class FarpaneSession extends Speaking {
  readonly #options: PlayOptions;
  readonly #way: Way;
  readonly #abort = new AbortController();
  /** Whether there is a session to come back to: it was joined, it has played, or it stood in line. */
  #played: boolean;
  #codecs: readonly string[];
  #state: SessionState = { name: 'idle' };
  #attempt: Attempt | undefined;
  readonly #channels = new Channels();
  readonly #devices: Devices;
  readonly #playback: Playback;
  readonly #hearing: Hearing;
  #sample: StatsSample | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(options: PlayOptions, way: Way, { played, follower }: { played: boolean; follower?: Follower }) {
    super(options);
    this.#options = options;
    this.#codecs = options.codecs ?? [];
    this.#devices = new Devices(options);
    this.#playback = new Playback(options.video);
    const send = (message: ControlInput): boolean => this.send(message);
    const cursors = options.cursor === true ? [new LocalCursor(options.video, send), new RemoteCursor(options.video, send)] : [];
    const hearers = { channels: this.#channels, devices: this.#devices, telemetry: this.telemetry, cursors, follower };
    this.#hearing = new Hearing({ callbacks: options, send, ...hearers });
    this.#way = way;
    this.#played = played;
    this.#take({ type: 'begin' });
    void this.#connect();
  }

  /** Creates a session and plays it. */
  static start(options: StartOptions): FarpaneSession {
    const follower = followerOf(options);
    const way = OwnWay.create(gatewayOf(options), postOf(options), wayOptions(options, follower));
    return new FarpaneSession(options, way, { played: false, follower });
  }

  /** Plays a session that was created as joinable. Whoever plays it as its owner is disconnected. */
  static join(id: string, options: JoinOptions): FarpaneSession {
    const follower = followerOf(options);
    const way = OwnWay.join(gatewayOf(options), id, wayOptions(options, follower));
    return new FarpaneSession(options, way, { played: true, follower });
  }

  /** Plays a shared session beside its owner. `connectUrl`: the address that the share has. */
  static watch(connectUrl: string, options: PlayOptions): FarpaneSession {
    return new FarpaneSession(options, new SharedWay(connectUrl), { played: true });
  }

  /** The session's id, as far as it is known: a guest never learns it. */
  get id(): string | undefined {
    return this.#way.id;
  }

  get state(): SessionState {
    return this.#state;
  }

  override send(message: ControlInput): boolean {
    return this.#attempt !== undefined && sendControl(this.#attempt.connection.control, message);
  }

  /**
   * Sends a message on a named data channel, no faster than the network and the application take it: resolves when it is sent.
   *
   * @throws FarpaneError `channel_closed` where there is no such channel, or not any more.
   */
  async write(channel: string, data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): Promise<void> {
    await this.#channels.write(channel, data);
  }

  /**
   * Prefers other video codecs from now on. Where it plays and can be joined again it is, at once, and its last picture stays meanwhile;
   * else the next connection heeds it.
   */
  prefer(codecs: readonly string[]): void {
    this.#codecs = codecs;
    this.#take({ type: 'renew' });
  }

  /** The user's microphone: sent to the application from its `start` to its `stop`, over reconnections too. */
  get microphone(): SharedDevice {
    return this.#devices.microphone;
  }

  /** The user's camera, likewise. */
  get camera(): SharedDevice {
    return this.#devices.camera;
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
   * Ends the session and its application, for its owner; a guest leaves. Idempotent.
   *
   * @throws FarpaneError where the gateway could not be told; the stream is gone in any case.
   */
  async end(): Promise<void> {
    this.#leave('ended');
    await this.#way.end();
  }

  #leave(reason: EndReason): void {
    this.send({ type: 'stream::disconnect', data: {} });
    this.#take({ type: 'over', reason });
  }

  async #connect(): Promise<void> {
    try {
      const { url, stun_servers: stunServers } = await this.#way.enter(this.#abort.signal);
      if (this.#abort.signal.aborted) return;
      this.#take({ type: 'granted' });
      const wanted = {
        ...wantedOf(this.#options),
        codecs: askedCodecs(this.#codecs),
        on: (event: AttemptEvent) => this.#hear(event),
      };
      this.#attempt = new Attempt({ url, stunServers, playback: this.#playback, ...wanted });
    } catch (error) {
      this.#take({ type: 'lost', error: FarpaneError.from(error) });
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
      case 'discovered':
        this.telemetry.vehicle.discovered(event.capabilities);
        return;
      case 'hung-up':
        this.#later(hangUpGraceMs, () => this.#askWhy());
        return;
      case 'answered':
        this.#devices.attach(this.#attempt?.connection);
        this.#take({ type: event.type });
        return;
      case 'picture':
      case 'interrupted':
      case 'recovered':
        this.#take({ type: event.type });
        return;
      case 'queued':
      case 'lost':
        this.#take(event);
        return;
      default:
        event satisfies never;
        return;
    }
  }

  #opened(channel: RTCDataChannel): void {
    if (channel.label === 'control') {
      this.#hearing.begin(channel);
      return;
    }
    this.#channels.opened(channel);
    this.#options.onChannel?.(channel);
  }

  /** The host hung up and the socket did not say why. */
  async #askWhy(): Promise<void> {
    this.#take({ type: 'lost', error: await this.#way.whyHungUp(this.#abort.signal) });
  }

  #take(event: SessionEvent): void {
    const before = this.#state;
    if (event.type === 'picture' || event.type === 'queued') this.#played = true;
    const { state, effects } = step(before, event, { mayRejoin: this.#way.mayReturn && this.#played });
    this.#state = state;
    for (const effect of effects) this.#act(effect);
    if (state.name === 'ended' || state.name === 'failed') {
      this.#abort.abort();
      this.#devices.stop();
    }
    if (state !== before) this.#options.onState?.(state);
  }

  #act(effect: SessionEffect): void {
    switch (effect.type) {
      case 'drop':
        clearTimeout(this.#timer);
        this.#hearing.end();
        this.#playback.hold();
        this.#attempt?.close();
        this.#attempt = undefined;
        this.#sample = undefined;
        return;
      case 'clear':
        this.#playback.clear();
        return;
      case 'rejoin':
        this.#later(effect.delayMs, () => this.#connect());
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
