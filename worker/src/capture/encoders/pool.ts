import type { Logger } from '#shared/log.ts';
import type { VideoCodec } from '#worker/capture/video-codec.ts';
import type { UsableEncoder } from './usable.ts';

/** How long an encoder that failed is passed over, the first time; each time after that, twice as long. */
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/** An encoder as the operator sees it. */
export interface EncoderState {
  name: string;
  codec: VideoCodec;
  /** Why it is passed over now; null where it is not. */
  failure: string | null;
}

interface Failure {
  count: number;
  untilMs: number;
  message: string;
}

/**
 * The encoders of a host, for all its sessions: one that fails is passed over by all of them, for a while. A driver that was restarted
 * gets its encoder back.
 */
export class EncoderPool {
  readonly #encoders: readonly UsableEncoder[];
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #failures = new Map<string, Failure>();

  /** @param encoders best first. */
  constructor(encoders: readonly UsableEncoder[], log: Logger, now: () => number = Date.now) {
    this.#encoders = encoders;
    this.#log = log;
    this.#now = now;
  }

  /** The encoders of a codec in the order in which they are to be tried: those that are passed over come last, not never. */
  of(codec: VideoCodec): UsableEncoder[] {
    return this.#encoders
      .filter((encoder) => encoder.codec === codec)
      .toSorted((a, b) => Number(this.#isPassedOver(a)) - Number(this.#isPassedOver(b)));
  }

  /** The codecs, with the best encoder of each, in the order of the encoders. */
  get codecs(): { codec: VideoCodec; vendor: UsableEncoder['vendor'] }[] {
    const names = [...new Set(this.#encoders.map(({ codec }) => codec))];
    return names.flatMap((codec) =>
      this.of(codec)
        .slice(0, 1)
        .map(({ vendor }) => ({ codec, vendor })),
    );
  }

  /** Whether an encoder of the codec is left that is not passed over. */
  hasWorking(codec: VideoCodec): boolean {
    return this.#encoders.some((encoder) => encoder.codec === codec && !this.#isPassedOver(encoder));
  }

  /** An encoder gave up. */
  failed(name: string, message: string): void {
    const count = (this.#failures.get(name)?.count ?? 0) + 1;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 1));
    this.#failures.set(name, { count, untilMs: this.#now() + pauseMs, message });
    this.#log.warn('encoder.passed-over', { encoder: name, pauseMs, failures: count, message });
  }

  get states(): EncoderState[] {
    return this.#encoders.map((encoder) => ({
      name: encoder.name,
      codec: encoder.codec,
      failure: this.#isPassedOver(encoder) ? (this.#failures.get(encoder.name)?.message ?? null) : null,
    }));
  }

  #isPassedOver({ name }: UsableEncoder): boolean {
    return (this.#failures.get(name)?.untilMs ?? 0) > this.#now();
  }
}
