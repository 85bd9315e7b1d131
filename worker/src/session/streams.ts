import { AppError } from '#shared/errors.ts';
import type { Capture, CodedPicture, Pipeline } from '#worker/capture/capture.ts';
import type { Ingest, IngestCodec, MediaRoom } from '#worker/media/room.ts';

export interface StreamsOptions {
  room: MediaRoom;
  /** The process that runs the pipelines; asked again after one has died. */
  capture: () => Promise<Capture>;
  /** Starts the pipeline of a codec into its ingest. */
  start: (capture: Capture, ingest: Ingest, start: PipelineStart) => Promise<Pipeline>;
  /** How a video stream starts: the bitrate, and all of the screen. */
  startRate: () => Omit<StreamRate, 'hold'>;
  onFailure: (error: AppError) => void;
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
}

/** What an encoder is to do. */
export interface StreamRate {
  kbps: number;
  /** Code nothing for now. */
  hold: boolean;
  /** All frames and pixels of the screen, or fewer. */
  picture: CodedPicture;
}

/**
 * What a session encodes: one stream a codec, started for the first peer that takes it and stopped after the last, so
 * that a session that nobody watches encodes nothing.
 */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<IngestCodec, Stream>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** The codecs that are being encoded. */
  get running(): ReadonlySet<IngestCodec> {
    return new Set(this.#streams.keys());
  }

  /** Takes a stream in use. Resolves when its way in is open; the pipeline starts meanwhile. */
  async acquire(codec: IngestCodec): Promise<Ingest> {
    let stream = this.#streams.get(codec);
    if (stream === undefined) {
      const ingest = this.#open(codec);
      const rate = { ...this.#options.startRate(), hold: false };
      stream = { users: 0, ingest, pipeline: Promise.resolve(null), rate };
      this.#streams.set(codec, stream);
      this.#run(stream, ingest);
    }
    stream.users += 1;
    return await stream.ingest;
  }

  /** Gives a stream back; the last user's stops it. */
  async release(codec: IngestCodec): Promise<void> {
    const stream = this.#streams.get(codec);
    if (stream === undefined) return;
    stream.users -= 1;
    if (stream.users > 0) return;
    this.#streams.delete(codec);
    await stop(stream);
  }

  /** The process of the pipelines has died: starts in a new one those that are in use, into the ingests that peers listen to. */
  restart(): void {
    for (const stream of this.#streams.values()) this.#run(stream, this.#renewed(stream.ingest));
  }

  /** What a stream's encoder was told last; null where there is no such stream. */
  rate(codec: IngestCodec): StreamRate | null {
    return this.#streams.get(codec)?.rate ?? null;
  }

  /** Tells a stream's encoder what to do, also one that is just starting. */
  steer(codec: IngestCodec, rate: StreamRate): void {
    const stream = this.#streams.get(codec);
    if (stream === undefined) return;
    const before = stream.rate;
    stream.rate = rate;
    void stream.pipeline.then((pipeline) => {
      if (rate.kbps !== before.kbps) pipeline?.setBitrateKbps(rate.kbps);
      if (rate.hold !== before.hold) pipeline?.hold(rate.hold);
      if (!isSame(rate.picture, before.picture)) pipeline?.setPicture(rate.picture);
    });
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

  async #open(codec: IngestCodec): Promise<Ingest> {
    const ingest = await this.#options.room.openIngest(codec);
    ingest.onKeyframeRequest(() => {
      void this.#streams.get(codec)?.pipeline.then((pipeline) => pipeline?.requestKeyframe());
    });
    return ingest;
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
    const pipeline = this.#start(opening, { kbps: stream.rate.kbps, onBroken }, stream.rate.picture);
    stream.pipeline = pipeline;
  }

  /** A failure is reported and leaves no pipeline. */
  async #start(opening: Promise<Ingest>, start: PipelineStart, picture: CodedPicture): Promise<Pipeline | null> {
    try {
      const [capture, ingest] = await Promise.all([this.#options.capture(), opening]);
      const pipeline = await this.#options.start(capture, ingest, start);
      if (!isSame(picture, this.#options.startRate().picture)) pipeline.setPicture(picture);
      return pipeline;
    } catch (error) {
      this.#options.onFailure(AppError.from(error));
      return null;
    }
  }
}

const isSame = (one: CodedPicture, other: CodedPicture): boolean =>
  one.fps === other.fps && one.size?.width === other.size?.width && one.size?.height === other.size?.height;

async function stop(stream: Stream): Promise<void> {
  const [ingest, pipeline] = await Promise.allSettled([stream.ingest, stream.pipeline]);
  if (pipeline.status === 'fulfilled') await pipeline.value?.stop();
  if (ingest.status === 'fulfilled') ingest.value.close();
}
