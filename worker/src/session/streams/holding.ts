import type { Role } from '#shared/host.ts';
import { layeredCodecs } from '#worker/media/codecs.ts';
import type { IngestCodec, Lane, MediaRoom, Source } from '#worker/media/room.ts';
import type { Streams } from './streams.ts';

/**
 * The streams that one client holds. A guest gets its video on a lane, for its link may be worse than the one that the video is coded
 * for; the owner gets it as it comes in.
 */
export class Holding {
  readonly #room: Pick<MediaRoom, 'openLane'>;
  readonly #streams: Streams;
  readonly #role: Role;
  #codecs: IngestCodec[] = [];
  #lane: Lane | null = null;

  constructor(room: Pick<MediaRoom, 'openLane'>, streams: Streams, role: Role) {
    this.#room = room;
    this.#streams = streams;
    this.#role = role;
  }

  /** Where it may get the low stream in the place of the main one. */
  get lane(): Lane | null {
    return this.#lane;
  }

  has(codec: IngestCodec): boolean {
    return this.#codecs.includes(codec);
  }

  /** Takes a stream in use; it is held even if it can't be opened. */
  async take(codec: IngestCodec): Promise<Source> {
    this.#codecs.push(codec);
    const ingest = await this.#streams.acquire(codec);
    if (this.#role === 'owner' || !layeredCodecs.has(codec)) return ingest;
    const lane = await this.#room.openLane(ingest);
    // One that was given back meanwhile is not used any more.
    if (this.has(codec)) this.#lane = lane;
    else lane.close();
    return lane;
  }

  /** The client is connected, and gets what it holds. */
  show(): void {
    for (const codec of this.#codecs) this.#streams.show(codec);
  }

  /** Gives one back. */
  release(codec: IngestCodec): void {
    if (!this.has(codec)) return;
    this.#codecs = this.#codecs.filter((held) => held !== codec);
    if (this.#lane?.codec === codec) {
      this.#lane.close();
      this.#lane = null;
    }
    this.#streams.release(codec);
  }

  releaseAll(): void {
    for (const codec of this.#codecs) this.release(codec);
  }
}
