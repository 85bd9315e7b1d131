import { AppError } from '#shared/errors.ts';
import type { Capture, Pipeline } from '#worker/capture/capture.ts';
import type { Ingest, IngestCodec, MediaRoom } from '#worker/media/room.ts';

export interface StreamsOptions {
  room: MediaRoom;
  /** The process that runs the pipelines; asked again after one has died. */
  capture: () => Promise<Capture>;
  /** Starts the pipeline of a codec into its ingest; a video one with this bitrate. */
  start: (capture: Capture, ingest: Ingest, kbps: number) => Promise<Pipeline>;
  /** The bitrate of a video stream that starts. */
  startKbps: () => number;
  onFailure: (error: AppError) => void;
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

  /** Takes a stream in use. Resolves when its way in is open; the pipeline starts meanwhile. */
  async acquire(codec: IngestCodec): Promise<Ingest> {
    let stream = this.#streams.get(codec);
    if (stream === undefined) {
      const ingest = this.#open(codec);
      const rate = { kbps: this.#options.startKbps(), hold: false };
      stream = { users: 0, ingest, pipeline: this.#run(ingest, rate), rate };
      this.#streams.set(codec, stream);
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
    for (const stream of this.#streams.values()) {
      stream.rate = { ...stream.rate, hold: false };
      stream.pipeline = this.#run(this.#renewed(stream.ingest), stream.rate);
    }
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
    });
  }

  /**
   * The screen has another rate, which is a pipeline's for good: those of pictures are started anew. They follow its size by themselves,
   * and begin the new one with a keyframe.
   */
  renew(): void {
    for (const [codec, stream] of this.#streams) {
      if (codec === 'OPUS') continue;
      stream.rate = { ...stream.rate, hold: false };
      stream.pipeline = this.#run(this.#stopped(stream), stream.rate);
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
  async #stopped({ ingest, pipeline }: Stream): Promise<Ingest> {
    await pipeline.then((running) => running?.stop());
    return await this.#renewed(ingest);
  }

  /** Starts the pipeline; a failure is reported and leaves none. */
  async #run(opening: Promise<Ingest>, { kbps }: StreamRate): Promise<Pipeline | null> {
    try {
      const [capture, ingest] = await Promise.all([this.#options.capture(), opening]);
      return await this.#options.start(capture, ingest, kbps);
    } catch (error) {
      this.#options.onFailure(AppError.from(error));
      return null;
    }
  }
}

async function stop(stream: Stream): Promise<void> {
  const [ingest, pipeline] = await Promise.allSettled([stream.ingest, stream.pipeline]);
  if (pipeline.status === 'fulfilled') await pipeline.value?.stop();
  if (ingest.status === 'fulfilled') ingest.value.close();
}
