import { AppError } from '#shared/errors.ts';
import type { Capture, CodedPicture, Pipeline } from '#worker/capture/capture.ts';
import type { Ingest, IngestCodec, MediaRoom } from '#worker/media/room.ts';

export interface StreamsOptions {
  room: Pick<MediaRoom, 'openIngest'>;
  /** The process that runs the pipelines; asked again after one has died. */
  capture: () => Promise<Capture>;
  /** Starts the pipeline of a codec into its ingest. */
  start: (capture: Capture, ingest: Ingest, start: PipelineStart) => Promise<Pipeline>;
  /** How a video stream starts: the bitrate, and the picture. */
  startRate: () => Omit<StreamRate, 'hold'>;
  onFailure: (error: AppError) => void;
  /** How long a stream outlives its last user, holding its frames: a page that is reloaded finds it running. Milliseconds. Default: 2000. */
  lingerMs?: number;
  /** Whether streams are coded from their start, for users that are there already. Default: only when they are shown to one. */
  atOnce?: boolean;
}

/** How a pipeline is to be started. */
export interface PipelineStart {
  /** The bitrate of video. */
  kbps: number;
  /** Told once where it gave up after its start. */
  onBroken: (broken: Broken) => void;
}

/** A pipeline gave up and left its process whole. `another`: whether it can be started in another way. */
export interface Broken {
  error: AppError;
  another: boolean;
}

interface Stream {
  users: number;
  ingest: Promise<Ingest>;
  pipeline: Promise<Pipeline | null>;
  /** What the encoder is to do, as it was told last. */
  rate: StreamRate;
  /** It is sent to nobody yet: nothing is coded until then. */
  unseen: boolean;
  /** Ends it, while it has no user. */
  linger: NodeJS.Timeout | undefined;
}

const defaultLingerMs = 2000;

/** What an encoder is to do. */
export interface StreamRate {
  kbps: number;
  /** Code nothing for now. */
  hold: boolean;
  /** All frames and pixels of the screen, or fewer. */
  picture: CodedPicture;
}

/**
 * What a session encodes: one stream a codec, started for the first peer that takes it and stopped a while after the last, so that a
 * session that nobody watches encodes nothing. Frames are held back until the first peer is connected, which asks for a keyframe then:
 * that is of an encoder that runs.
 */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<IngestCodec, Stream>();
  #pointer = true;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** The codecs that are being encoded. */
  get running(): ReadonlySet<IngestCodec> {
    return new Set(this.#streams.keys());
  }

  /** Takes a stream in use. Resolves when its way in is open; the pipeline starts meanwhile. */
  async acquire(codec: IngestCodec): Promise<Ingest> {
    const stream = this.#streams.get(codec) ?? this.#begin(codec);
    clearTimeout(stream.linger);
    stream.users += 1;
    return await stream.ingest;
  }

  /** A user is connected, and gets a stream: it is coded from now on. */
  show(codec: IngestCodec): void {
    const stream = this.#streams.get(codec);
    if (stream !== undefined && stream.users > 0) this.#change(stream, { rate: stream.rate, unseen: false });
  }

  /** Starts a stream for a user that is about to come, and ends it where none does. */
  prepare(codec: IngestCodec, forMs: number): void {
    if (!this.#streams.has(codec)) this.#linger(codec, this.#begin(codec), forMs);
  }

  /** Gives a stream back; the last user's stops it, after a while. */
  release(codec: IngestCodec): void {
    const stream = this.#streams.get(codec);
    if (stream === undefined) return;
    stream.users -= 1;
    if (stream.users > 0) return;
    this.#change(stream, { rate: { ...stream.rate, hold: false }, unseen: !this.#options.atOnce });
    this.#linger(codec, stream, this.#options.lingerMs ?? defaultLingerMs);
  }

  /** The process of the pipelines has died: starts in a new one those that are in use, into the ingests that peers listen to. */
  restart(): void {
    for (const stream of this.#streams.values()) this.#run(stream, this.#renewed(stream.ingest));
  }

  /** The way in of a stream that runs; null where there is no such stream. */
  ingest(codec: IngestCodec): Promise<Ingest> | null {
    return this.#streams.get(codec)?.ingest ?? null;
  }

  /** What a stream's encoder was told last; null where there is no such stream. */
  rate(codec: IngestCodec): StreamRate | null {
    return this.#streams.get(codec)?.rate ?? null;
  }

  /** Tells a stream's encoder what to do, also one that is just starting. */
  steer(codec: IngestCodec, rate: StreamRate): void {
    const stream = this.#streams.get(codec);
    if (stream !== undefined) this.#change(stream, { rate, unseen: stream.unseen });
  }

  /** Whether the pointer is in the pictures from now on; at first it is. */
  showPointer(on: boolean): void {
    if (on === this.#pointer) return;
    this.#pointer = on;
    for (const [codec, { pipeline }] of this.#streams) {
      if (codec !== 'OPUS') void pipeline.then((running) => running?.showPointer(on));
    }
  }

  /**
   * The screen has another rate, which is a pipeline's for good: those of pictures are started anew. They follow its size by themselves,
   * and begin the new one with a keyframe.
   */
  renew(): void {
    for (const [codec, stream] of this.#streams) {
      if (codec === 'OPUS') continue;
      stream.rate = { ...this.#options.startRate(), kbps: stream.rate.kbps, hold: false };
      this.#run(stream, this.#stopped(stream.ingest, stream.pipeline));
    }
  }

  async close(): Promise<void> {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    await Promise.all(streams.map(stop));
  }

  #begin(codec: IngestCodec): Stream {
    const ingest = this.#open(codec);
    const rate = { ...this.#options.startRate(), hold: false };
    const stream = { users: 0, ingest, pipeline: Promise.resolve(null), rate, unseen: !this.#options.atOnce, linger: undefined };
    this.#streams.set(codec, stream);
    this.#run(stream, ingest);
    return stream;
  }

  async #open(codec: IngestCodec): Promise<Ingest> {
    const ingest = await this.#options.room.openIngest(codec);
    ingest.onKeyframeRequest(() => {
      void this.#streams.get(codec)?.pipeline.then((pipeline) => pipeline?.requestKeyframe());
    });
    return ingest;
  }

  #linger(codec: IngestCodec, stream: Stream, forMs: number): void {
    stream.linger = setTimeout(() => {
      this.#streams.delete(codec);
      void stop(stream);
    }, forMs);
  }

  /** Has a stream's encoder do what it is to do now, as far as that is something else. */
  #change(stream: Stream, { rate, unseen }: Pick<Stream, 'rate' | 'unseen'>): void {
    const before = { ...stream };
    Object.assign(stream, { rate, unseen });
    const held = isHeld(stream);
    void stream.pipeline.then((pipeline) => {
      if (rate.kbps !== before.rate.kbps) pipeline?.setBitrateKbps(rate.kbps);
      if (held !== isHeld(before)) pipeline?.hold(held);
      if (!isSame(rate.picture, before.rate.picture)) pipeline?.setPicture(rate.picture);
    });
  }

  async #renewed(opening: Promise<Ingest>): Promise<Ingest> {
    const ingest = await opening;
    await ingest.renew();
    return ingest;
  }

  /** The ingest of a stream whose pipeline has stopped, ready for another one. */
  async #stopped(ingest: Promise<Ingest>, pipeline: Promise<Pipeline | null>): Promise<Ingest> {
    await pipeline.then((running) => running?.stop());
    return await this.#renewed(ingest);
  }

  /** Starts the pipeline of a stream in the place of the one that it had, with the bitrate that it has come to. */
  #run(stream: Stream, opening: Promise<Ingest>): void {
    stream.rate = { ...stream.rate, hold: false };
    const onBroken = ({ error, another }: Broken): void => {
      // What was stopped or replaced meanwhile is none of the stream's any more.
      if (stream.pipeline !== pipeline || ![...this.#streams.values()].includes(stream)) return;
      if (another) this.#run(stream, this.#renewed(stream.ingest));
      else this.#options.onFailure(error);
    };
    const pipeline = this.#start(stream, opening, { kbps: stream.rate.kbps, onBroken });
    stream.pipeline = pipeline;
  }

  /** A failure is reported and leaves no pipeline. */
  async #start(stream: Stream, opening: Promise<Ingest>, start: PipelineStart): Promise<Pipeline | null> {
    const { picture } = stream.rate;
    try {
      const [capture, ingest] = await Promise.all([this.#options.capture(), opening]);
      const pipeline = await this.#options.start(capture, ingest, start);
      if (!isSame(picture, this.#options.startRate().picture)) pipeline.setPicture(picture);
      if (!this.#pointer && ingest.codec !== 'OPUS') pipeline.showPointer(false);
      if (isHeld(stream)) pipeline.hold(true);
      return pipeline;
    } catch (error) {
      this.#options.onFailure(AppError.from(error));
      return null;
    }
  }
}

const isHeld = ({ rate, unseen }: Pick<Stream, 'rate' | 'unseen'>): boolean => rate.hold || unseen;

const isSame = (one: CodedPicture, other: CodedPicture): boolean =>
  one.fps === other.fps && one.size?.width === other.size?.width && one.size?.height === other.size?.height;

async function stop(stream: Stream): Promise<void> {
  clearTimeout(stream.linger);
  const [ingest, pipeline] = await Promise.allSettled([stream.ingest, stream.pipeline]);
  if (pipeline.status === 'fulfilled') await pipeline.value?.stop();
  if (ingest.status === 'fulfilled') ingest.value.close();
}
