/** What became of a stream's frames. */
export interface FrameCount {
  frames: number;
  /** Came more than one frame's time after the quickest way that any took. */
  late: number;
  /** Were never sent: the next one's timestamp is further on than a frame. */
  missing: number;
}

const clockRate = 90_000;

/**
 * Tells frames that are late, by their RTP timestamps, which say when they were captured. The quickest frame so far shows how the two
 * clocks stand.
 */
export class FrameClock {
  readonly #frameMs: number;
  #first: number | undefined;
  #last = 0;
  /** The least that arrival was ahead of the timestamp, in milliseconds. */
  #quickestMs = Number.POSITIVE_INFINITY;
  #count: FrameCount = { frames: 0, late: 0, missing: 0 };

  constructor(fps: number) {
    this.#frameMs = 1000 / fps;
  }

  /** An RTP packet (RFC 3550 section 5.1). The last of a frame has the marker. */
  take(packet: Buffer, atMs: number): void {
    const marker = (packet[1] ?? 0) > 127;
    if (!marker || packet.length < 12) return;
    const timestamp = packet.readUInt32BE(4);
    this.#first ??= timestamp;
    const mediaMs = (((timestamp - this.#first) >>> 0) / clockRate) * 1000;
    const waitMs = atMs - mediaMs;
    this.#quickestMs = Math.min(this.#quickestMs, waitMs);
    const steps = Math.round((mediaMs - this.#last) / this.#frameMs);
    this.#last = mediaMs;
    this.#count.frames += 1;
    if (waitMs - this.#quickestMs > this.#frameMs) this.#count.late += 1;
    if (steps > 1) this.#count.missing += steps - 1;
  }

  /** @returns what was counted, and begins anew. */
  restart(): FrameCount {
    const count = this.#count;
    this.#count = { frames: 0, late: 0, missing: 0 };
    return count;
  }
}
