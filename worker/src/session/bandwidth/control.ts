import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { BitrateRow } from '#worker/capture/bitrate.ts';
import type { LinkReport } from '#worker/media/peers/link.ts';
import type { StreamRate } from '#worker/session/streams/streams.ts';
import { type Bandwidth, type BitrateLimits, decide, startBandwidth } from './decide.ts';
import { climb, type Ladder, type Picture, topOfLadder } from './ladder.ts';
import { Rounds } from './rounds.ts';

/** A video stream that somebody gets. */
export interface SteeredStream {
  /** The client whose link its encoder follows. */
  leader: PeerId;
  rate: StreamRate;
  steer: (rate: StreamRate) => void;
  limits: BitrateLimits;
  /** The best picture that it has. */
  best: Picture;
}

export interface BandwidthControlOptions {
  /** The video streams that there are, by a name of their own. */
  streams: () => ReadonlyMap<string, SteeredStream>;
  /** How the way to a client is; null where it is gone. */
  link: (peer: PeerId) => Promise<LinkReport | null>;
  /** Sends a client no video while it is on. */
  halt: (peer: PeerId, on: boolean) => Promise<void>;
  /** The most that anybody is sent. kbit/s. */
  maxKbps: () => number;
  /** The screen as it is. */
  screen: () => Picture;
  bitrates: readonly BitrateRow[];
  /** The most that anybody is sent has changed, with the screen. */
  onMaxKbps: (kbps: number) => void;
  log: Logger;
}

/** How often links are looked at: a queue is seen before it is long. Milliseconds. */
const intervalMs = 100;
/** Encoders are told of changes from this part on. */
const noticeable = 0.03;

interface Followed {
  leader: PeerId;
  bandwidth: Bandwidth;
  ladder: Ladder;
}

/** Has each video stream's encoder follow the link of one client, for as long as there is a stream. */
export class BandwidthControl {
  readonly #options: BandwidthControlOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #rounds = new Rounds(intervalMs, () => this.#look());
  #maxKbps = 0;

  constructor(options: BandwidthControlOptions) {
    this.#options = options;
  }

  /** There is a stream now. Without one it stops by itself. */
  start(): void {
    this.#rounds.start();
  }

  close(): void {
    this.#rounds.stop();
    this.#followed.clear();
  }

  async #look(): Promise<void> {
    const maxKbps = this.#options.maxKbps();
    if (maxKbps !== this.#maxKbps) this.#options.onMaxKbps(maxKbps);
    this.#maxKbps = maxKbps;
    const streams = this.#options.streams();
    if (streams.size === 0) this.close();
    for (const name of this.#followed.keys()) if (!streams.has(name)) await this.#forget(name);
    await Promise.all([...streams].map(([name, stream]) => this.#follow(name, stream)));
  }

  /** Whoever it followed may get another stream now. */
  async #forget(name: string): Promise<void> {
    const followed = this.#followed.get(name);
    this.#followed.delete(name);
    if (followed?.bandwidth.halt) await this.#halt(followed.leader, false);
  }

  async #follow(name: string, { leader, rate, steer, limits, best }: SteeredStream): Promise<void> {
    // A client that goes while it is asked has no link any more.
    const report = await this.#options.link(leader).catch(() => null);
    if (report === null || !this.#rounds.on) return;
    const before = this.#followed.get(name);
    const bandwidth = before?.leader === leader ? before.bandwidth : startBandwidth(rate.kbps);
    const atMs = performance.now();
    const next = decide(bandwidth, { atMs, ...report }, limits);
    const screen = this.#options.screen();
    const { picture, ...ladder } = climb(before?.ladder ?? topOfLadder, best, next.kbps, atMs, this.#options.bitrates);
    this.#followed.set(name, { leader, bandwidth: next, ladder });
    if (before !== undefined && before.leader !== leader && before.bandwidth.halt) await this.#halt(before.leader, false);
    if (next.halt !== bandwidth.halt) await this.#halt(leader, next.halt);
    this.#report(name, leader, bandwidth, next);
    const kbps = Math.abs(next.kbps - rate.kbps) < rate.kbps * noticeable ? rate.kbps : Math.round(next.kbps);
    const { fps, width, height } = picture;
    steer({
      kbps,
      hold: next.hold,
      picture: { fps, size: width === screen.width && height === screen.height ? null : { width, height } },
    });
  }

  async #halt(peer: PeerId, on: boolean): Promise<void> {
    await this.#options.halt(peer, on).catch((error: unknown) => this.#options.log.warn('bandwidth.not-halted', { peer, error }));
  }

  #report(stream: string, peer: PeerId, before: Bandwidth, { kbps, hold, roundTrip }: Bandwidth): void {
    if (hold === before.hold) return;
    this.#options.log.info(hold ? 'bandwidth.held' : 'bandwidth.resumed', {
      stream,
      peer,
      kbps: Math.round(kbps),
      roundTripMs: roundTrip.lastMs,
    });
  }
}
