import { AppError } from '#shared/errors.ts';
import type { Capture, Pipeline } from '#worker/capture/capture.ts';
import type { Ingest, IngestCodec, MediaRoom } from '#worker/media/room.ts';

export interface StreamsOptions {
  room: MediaRoom;
  /** The process that runs the pipelines; asked again after one has died. */
  capture: () => Promise<Capture>;
  /** Starts the pipeline of a codec into its ingest. */
  start: (capture: Capture, ingest: Ingest) => Promise<Pipeline>;
  onFailure: (error: AppError) => void;
}

interface Stream {
  users: number;
  ingest: Promise<Ingest>;
  pipeline: Promise<Pipeline | null>;
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
      stream = { users: 0, ingest, pipeline: this.#run(ingest) };
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
    for (const stream of this.#streams.values()) stream.pipeline = this.#run(this.#renewed(stream.ingest));
  }

  /**
   * The screen has changed. Pipelines follow its size by themselves, and begin the new one with a keyframe; their bitrate follows
   * here. A rate is theirs for good: for another one they are started anew.
   */
  follow(bitrateKbps: number, { hasNewRate }: { hasNewRate: boolean }): void {
    for (const [codec, stream] of this.#streams) {
      if (codec === 'OPUS') continue;
      if (hasNewRate) stream.pipeline = this.#run(this.#stopped(stream));
      else void stream.pipeline.then((pipeline) => pipeline?.setBitrateKbps(bitrateKbps));
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
  async #run(opening: Promise<Ingest>): Promise<Pipeline | null> {
    try {
      const [capture, ingest] = await Promise.all([this.#options.capture(), opening]);
      return await this.#options.start(capture, ingest);
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
