import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { createTail } from '#worker/process/tail.ts';
import type { Capture, CaptureOptions, Pipeline } from './api.ts';
import { EncoderFailure } from './encoders/failure.ts';
import { forkChild } from './fork.ts';
import { Liveness } from './liveness.ts';
import { FromChild, type ToChild } from './messages.ts';
import { Replies } from './replies.ts';
import type { AudioSource, VideoSource } from './sources.ts';

export type { Capture, CaptureOptions, Pipeline } from './api.ts';
export type { CodedPicture, VideoSource } from './sources.ts';

/** Reading the list of all plugins anew takes seconds, once. */
const readyTimeoutMs = 20_000;
/** More than the child allows itself: one that has not answered by then hangs. */
const startTimeoutMs = 8000;
const stopTimeoutMs = 3000;
const countTimeoutMs = 500;

/** Starts the process and resolves when GStreamer is loaded in it. Without a pipeline it takes no CPU time. */
export async function startCapture(options: CaptureOptions): Promise<Capture> {
  const started = performance.now();
  const capture = new CaptureChild(options);
  await capture.ready;
  options.log.debug('capture.ready', { pid: capture.pid, ms: Math.round(performance.now() - started) });
  return capture;
}

class CaptureChild implements Capture {
  readonly ready: Promise<unknown>;
  readonly #options: CaptureOptions;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #stderr = createTail();
  readonly #replies = new Replies<FromChild>();
  readonly #onEncoderFailure = new Map<number, (failure: EncoderFailure) => void>();
  /** `over`: closed, or its death was told. */
  #state: 'starting' | 'running' | 'over' = 'starting';
  #pipelines = 0;
  readonly #targetsKbps = new Map<number, number>();
  readonly #liveness = new Liveness({
    ask: () => this.#send({ type: 'count' }),
    onSilence: () => this.#giveUp('it does not answer'),
  });
  #frames = 0;
  #counting = Promise.withResolvers<void>();

  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#child = forkChild(options.gstreamerPluginPath, options.enter ?? []);
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#stderr.push(chunk.toString('utf8')));
    this.#child.on('message', (raw) => this.#onMessage(decode(FromChild, raw, 'message', 'internal')));
    this.#exited = new Promise((resolve) => {
      // Without a process there is no `exit`.
      this.#child.once('error', (cause) => resolve(this.#onEnd(cause.message)));
      this.#child.once('exit', (code, signal) => resolve(this.#onEnd(signal ?? `exit code ${code}`)));
    });
    this.ready = this.#wait(0, readyTimeoutMs);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  startVideo(source: VideoSource, onEncoderFailure?: (failure: EncoderFailure) => void): Promise<Pipeline> {
    const { codec, encoder, bitrateKbps } = source;
    return this.#start(
      (id) => {
        if (onEncoderFailure !== undefined) this.#onEncoderFailure.set(id, onEncoderFailure);
        return { type: 'start-video', id, source };
      },
      { codec, encoder: encoder.name, bitrateKbps },
    );
  }

  startAudio(source: AudioSource): Promise<Pipeline> {
    return this.#start((id) => ({ type: 'start-audio', id, source }), { codec: 'OPUS', encoder: 'opusenc' });
  }

  targetKbps(): number {
    return [...this.#targetsKbps.values()].reduce((sum, kbps) => sum + kbps, 0);
  }

  async framesEncoded(): Promise<number> {
    if (this.#state !== 'running') return this.#frames;
    const counted = this.#counting.promise;
    this.#send({ type: 'count' });
    await Promise.race([counted, delay(countTimeoutMs, undefined, { ref: false })]);
    return this.#frames;
  }

  async close(): Promise<void> {
    this.#over(new AppError('capture_failed', { message: 'The capture was closed.' }));
    // Nothing in it has to be put in order: what it shares with the X server is marked as gone with its last user.
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #start(
    message: (id: number) => Exclude<ToChild, { type: 'count' }>,
    { codec, encoder, bitrateKbps }: { codec: string; encoder: string; bitrateKbps?: number },
  ): Promise<Pipeline> {
    const startedAt = performance.now();
    this.#pipelines += 1;
    const id = this.#pipelines;
    const reply = await this.#ask(message(id), startTimeoutMs);
    if (reply.type === 'refused') {
      this.#onEncoderFailure.delete(id);
      const text = `The capture (${codec}) did not start: ${reply.message}.`;
      throw reply.byEncoder ? new EncoderFailure(text) : new AppError('capture_failed', { message: text });
    }
    const screen = reply.type === 'started' ? reply.screen : null;
    this.#options.log.info('capture.started', { codec, encoder, screen, ms: Math.round(performance.now() - startedAt) });
    if (screen === 'ximagesrc') this.#options.log.warn('capture.on-a-clock', { path: this.#options.gstreamerPluginPath });
    if (bitrateKbps !== undefined) this.#aim(id, bitrateKbps);
    let stopping: Promise<void> | undefined;
    return {
      requestKeyframe: () => this.#send({ type: 'keyframe', id }),
      setBitrateKbps: (wanted) => {
        const kbps = Math.max(1, Math.round(wanted));
        if (this.#targetsKbps.has(id)) this.#aim(id, kbps);
        this.#send({ type: 'bitrate', id, kbps });
      },
      hold: (on) => this.#send({ type: 'hold', id, on }),
      setPicture: (picture) => this.#send({ type: 'picture', id, picture }),
      showPointer: (on) => this.#send({ type: 'pointer', id, on }),
      stop: () => {
        stopping ??= this.#stop(id);
        return stopping;
      },
    };
  }

  /** A process that does not stop its pipeline is killed, which stops it too. */
  async #stop(id: number): Promise<void> {
    this.#aim(id, null);
    this.#onEncoderFailure.delete(id);
    if (this.#state === 'over') return;
    await this.#ask({ type: 'stop', id }, stopTimeoutMs).catch(() => undefined);
  }

  /** What a pipeline's encoder keeps to; null: it has ended. Without one there is nothing that could hang. */
  #aim(id: number, kbps: number | null): void {
    if (kbps === null) this.#targetsKbps.delete(id);
    else this.#targetsKbps.set(id, kbps);
    this.#liveness.watch(this.#targetsKbps.size > 0);
  }

  #ask(message: Exclude<ToChild, { type: 'count' }>, timeoutMs: number): Promise<FromChild> {
    if (this.#state === 'over') return Promise.reject(new AppError('capture_failed', { message: 'The capture has ended.' }));
    const reply = this.#wait(message.id, timeoutMs);
    this.#send(message);
    return reply;
  }

  #send(message: ToChild): void {
    if (this.#state === 'over' || !this.#child.connected) return;
    // A failure to write means that the child is about to end: that is told then.
    this.#child.send(message, () => undefined);
  }

  #wait(id: number, timeoutMs: number): Promise<FromChild> {
    return this.#replies.wait(id, timeoutMs, () => this.#child.kill('SIGKILL'));
  }

  #onMessage(message: FromChild): void {
    if (message.type === 'counted') {
      this.#liveness.answered();
      this.#frames = message.frames;
      this.#counting.resolve();
      this.#counting = Promise.withResolvers();
      return;
    }
    if (message.type === 'failed') {
      if (this.#state === 'over') return;
      this.#aim(message.id, null);
      const text = `The capture broke: ${message.message}.`;
      const onEncoderFailure = message.byEncoder ? this.#onEncoderFailure.get(message.id) : undefined;
      this.#onEncoderFailure.delete(message.id);
      if (onEncoderFailure === undefined) this.#options.onFailure(new AppError('capture_failed', { message: text }));
      else onEncoderFailure(new EncoderFailure(text));
      return;
    }
    if (message.type === 'hung') {
      const onEncoderFailure = this.#onEncoderFailure.get(message.id);
      const failure = this.#giveUp(message.message);
      if (failure !== null) onEncoderFailure?.(new EncoderFailure(failure.message));
      return;
    }
    if (message.type === 'ready') {
      if (this.#state === 'starting') this.#state = 'running';
      if (!message.playoutDelay) this.#options.log.warn('capture.no-playout-delay', { path: this.#options.gstreamerPluginPath });
    }
    this.#replies.take(message.type === 'ready' ? 0 : message.id, message);
  }

  #onEnd(how: string): void {
    const before = this.#state;
    if (before === 'over') return;
    const last = this.#stderr.last();
    const error = new AppError('capture_failed', {
      message: `The capture process ended (${how})${last === '' ? '' : `: ${last}`}.`,
    });
    this.#over(error);
    if (before === 'running') this.#options.onFailure(error);
  }

  /** Kills a process that is good for nothing any more, and says so. */
  #giveUp(reason: string): AppError | null {
    if (this.#state === 'over') return null;
    const error = new AppError('capture_failed', { message: `The capture was ended: ${reason}.` });
    this.#over(error);
    this.#child.kill('SIGKILL');
    this.#options.onFailure(error);
    return error;
  }

  #over(error: AppError): void {
    this.#state = 'over';
    this.#liveness.watch(false);
    this.#replies.fail(error);
  }
}
