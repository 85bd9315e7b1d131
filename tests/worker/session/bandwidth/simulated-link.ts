import { randomOf } from '#tests/support/impaired/impairment.ts';
import { type Bandwidth, type BitrateLimits, decide, startBandwidth } from '#worker/session/bandwidth/decide.ts';

/** A link and what is sent over it, from a moment on. */
export interface Conditions {
  kbps: number;
  /** There and back, without the queue. */
  delayMs: number;
  /** By chance, 0 to 1. */
  loss: number;
  queueKbit: number;
  /** The most that the application makes of the bitrate: a picture that moves little needs little. */
  neededKbps: number;
}

/** What is to be seen of one moment. */
export interface Moment {
  atMs: number;
  bandwidth: Bandwidth;
  estimateKbps: number;
  queueMs: number;
  passedKbps: number;
}

const stepMs = 100;
/** GoogCC's, as measured: what an estimate loses when the delay grows, how it grows, and how often a link with room is probed. */
const overuse = { growsByMs: 12, everyMs: 200, keeps: 0.85 } as const;
const growthASecond = 0.08;
const probe = { everyMs: 5000, room: 0.65, scale: 2 } as const;
const reportMs = 1000;

/**
 * A link with a token bucket, a queue that drops what finds no room, a delay, and losses by chance; a sender's congestion control that
 * sees delays grow and packets lost (modelled on GoogCC); and an encoder that is told by {@link decide}. A tenth of a second at a time;
 * the same every time.
 */
export class SimulatedLink {
  readonly #limits: BitrateLimits;
  readonly #random = randomOf(1);
  #conditions: Conditions;
  #bandwidth: Bandwidth;
  #atMs = 0;
  #sentBytes = 0;
  #queueKbit = 0;
  #estimateKbps: number;
  #delayMs: number;
  #loss = 0;
  #roundTripMs: number | null = null;
  #overuseAtMs = Number.NEGATIVE_INFINITY;
  #probeAtMs = 0;

  constructor(conditions: Conditions, limits: BitrateLimits, startKbps: number) {
    this.#conditions = conditions;
    this.#limits = limits;
    this.#bandwidth = startBandwidth(startKbps);
    this.#estimateKbps = startKbps;
    this.#delayMs = conditions.delayMs;
  }

  /** All moments of so many seconds under changed conditions. */
  run(seconds: number, change: Partial<Conditions> = {}): Moment[] {
    this.#conditions = { ...this.#conditions, ...change };
    return Array.from({ length: seconds * (1000 / stepMs) }, () => this.#step());
  }

  #step(): Moment {
    const { kbps, delayMs, loss, queueKbit, neededKbps } = this.#conditions;
    this.#atMs += stepMs;
    const sentKbps = this.#bandwidth.hold ? 0 : Math.min(this.#bandwidth.kbps, neededKbps) * (0.85 + 0.3 * this.#random());
    const sentKbit = (sentKbps * stepMs) / 1000;
    this.#sentBytes += (sentKbit * 1000) / 8;
    const before = this.#queueKbit + sentKbit;
    const passedKbit = Math.min(before, (kbps * stepMs) / 1000);
    this.#queueKbit = Math.min(queueKbit, before - passedKbit);
    const overflowed = before - passedKbit - this.#queueKbit;
    const queueMs = (this.#queueKbit * 1000) / kbps;
    const lost = sentKbit === 0 ? 0 : Math.min(1, overflowed / sentKbit + loss * 2 * this.#random());
    this.#loss = this.#loss * 0.9 + lost * 0.1;
    this.#estimate(delayMs + queueMs, sentKbps, (passedKbit * 1000) / stepMs);
    if (this.#atMs % reportMs === 0) this.#roundTripMs = delayMs + queueMs + 3 * this.#random();
    this.#bandwidth = decide(
      this.#bandwidth,
      {
        ...{ atMs: this.#atMs, availableKbps: this.#estimateKbps, sentBytes: this.#sentBytes },
        ...{ loss: this.#loss, roundTripMs: this.#roundTripMs },
      },
      this.#limits,
    );
    return {
      ...{ atMs: this.#atMs, bandwidth: this.#bandwidth, estimateKbps: this.#estimateKbps },
      ...{ queueMs, passedKbps: (passedKbit * 1000) / stepMs },
    };
  }

  #estimate(nowDelayMs: number, sentKbps: number, passedKbps: number): void {
    const grew = nowDelayMs - this.#delayMs;
    // A jump is seen as growth for as long as it is in the window of the gradient.
    this.#delayMs += Math.sign(grew) * Math.min(Math.abs(grew), Math.max(40, Math.abs(grew) / 3));
    const mostKbps = this.#limits.maxKbps * 1.15;
    if (grew > overuse.growsByMs) {
      if (this.#atMs - this.#overuseAtMs < overuse.everyMs) return;
      this.#overuseAtMs = this.#atMs;
      const acknowledged = sentKbps < this.#estimateKbps * probe.room ? this.#estimateKbps : passedKbps;
      this.#estimateKbps = Math.min(this.#estimateKbps, acknowledged * overuse.keeps);
      return;
    }
    if (this.#loss > 0.1) this.#estimateKbps *= 1 - (this.#loss / 2) * (stepMs / 300);
    const hasRoom = sentKbps < this.#estimateKbps * probe.room;
    if (hasRoom && this.#atMs - this.#probeAtMs >= probe.everyMs) {
      this.#probeAtMs = this.#atMs;
      this.#estimateKbps = Math.min(mostKbps, this.#conditions.kbps, this.#estimateKbps * probe.scale);
    } else if (!hasRoom && this.#loss <= 0.02) {
      this.#estimateKbps = Math.min(mostKbps, this.#estimateKbps * (1 + (growthASecond * stepMs) / 1000));
    }
    this.#estimateKbps = Math.max(5, this.#estimateKbps);
  }
}
