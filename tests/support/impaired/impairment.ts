/** What a link does to packets in one direction. */
export interface Conditions {
  /** How much it carries, in kbit/s; null: without limit. */
  kbps: number | null;
  /** What waits for its turn at most; a packet beyond that is dropped. Bytes. */
  queueBytes: number;
  /** On the way, besides the wait for the turn. */
  delayMs: number;
  /** Added to the delay, evenly spread from 0 up; the order is kept. */
  jitterMs: number;
  /** The part of all packets that is lost, 0 to 1. */
  loss: number;
  /** How many packets in a row are lost, on average. */
  lossBurst: number;
  /** The part of all packets that is overtaken by those after it, 0 to 1. */
  reorder: number;
}

export const clear: Conditions = {
  kbps: null,
  queueBytes: 256 * 1024,
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  lossBurst: 1,
  reorder: 0,
};

/** How far behind a packet falls that is overtaken. Milliseconds. */
const overtakenMs = 20;
/** What may pass at once after a pause: two packets of Ethernet's size. Bytes. */
const burstBytes = 3000;
/** Of sums of fractions. Bytes. */
const rounding = 1e-6;

interface Packet<T> {
  item: T;
  bytes: number;
}

/** What has become of the packets so far. */
export interface Counts {
  passed: number;
  passedBytes: number;
  lost: number;
  /** Found no room in the queue. */
  overflowed: number;
}

/**
 * One direction of a link: loss, then a queue before a token bucket, then the delay. It has no clock: the time is told, in
 * milliseconds, and never goes back.
 */
export class Impairment<T> {
  readonly counts: Counts = { passed: 0, passedBytes: 0, lost: 0, overflowed: 0 };
  readonly #random: () => number;
  #conditions: Conditions = clear;
  #losing = false;
  readonly #queue: Packet<T>[] = [];
  #queuedBytes = 0;
  #tokens = burstBytes;
  #filledAtMs = 0;
  /** By the time of arrival. */
  readonly #travelling: { item: T; dueMs: number }[] = [];
  #lastDueMs = 0;

  /** @param seed the same one loses the same packets. */
  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** How long a packet that comes now waits for its turn. */
  get queueMs(): number {
    const { kbps } = this.#conditions;
    return kbps === null ? 0 : (this.#queuedBytes * 8) / kbps;
  }

  /** Changes the conditions for all that is not yet on its way. */
  set(conditions: Conditions, nowMs: number): void {
    this.#send(nowMs);
    this.#conditions = conditions;
  }

  push(item: T, bytes: number, nowMs: number): void {
    this.#send(nowMs);
    if (this.#loses()) {
      this.counts.lost += 1;
      return;
    }
    if (this.#conditions.kbps !== null && this.#queuedBytes + bytes > this.#conditions.queueBytes) {
      this.counts.overflowed += 1;
      return;
    }
    this.#queue.push({ item, bytes });
    this.#queuedBytes += bytes;
    this.#send(nowMs);
  }

  /** What has arrived by now, in the order of arrival. */
  take(nowMs: number): T[] {
    this.#send(nowMs);
    const count = this.#travelling.findIndex(({ dueMs }) => dueMs > nowMs);
    return this.#travelling.splice(0, count === -1 ? this.#travelling.length : count).map(({ item }) => item);
  }

  /** When to look again; null while there is nothing in it. */
  nextMs(): number | null {
    const [first] = this.#travelling;
    const [head] = this.#queue;
    const { kbps } = this.#conditions;
    const turnMs =
      head === undefined || kbps === null ? null : this.#filledAtMs + Math.max(0, head.bytes - this.#tokens) * (8 / kbps);
    if (first === undefined) return turnMs;
    return turnMs === null ? first.dueMs : Math.min(turnMs, first.dueMs);
  }

  /** Two states (Gilbert): in the bad one all is lost, and it lasts `lossBurst` packets on average. */
  #loses(): boolean {
    const { loss, lossBurst } = this.#conditions;
    if (loss <= 0) return false;
    const leave = 1 / lossBurst;
    const enter = loss >= 1 ? 1 : Math.min(1, (leave * loss) / (1 - loss));
    this.#losing = this.#random() < (this.#losing ? (loss >= 1 ? 1 : 1 - leave) : enter);
    return this.#losing;
  }

  /** Sends what has its turn by now. */
  #send(nowMs: number): void {
    const { kbps } = this.#conditions;
    this.#tokens += kbps === null ? Number.POSITIVE_INFINITY : ((nowMs - this.#filledAtMs) * kbps) / 8;
    this.#filledAtMs = nowMs;
    for (let head = this.#queue[0]; head !== undefined && head.bytes <= this.#tokens + rounding; head = this.#queue[0]) {
      this.#tokens -= head.bytes;
      this.#queue.shift();
      this.#queuedBytes -= head.bytes;
      this.#depart(head, nowMs);
    }
    // What was not used is lost only now, so that a late look costs nothing of what it was due.
    this.#tokens = Math.min(this.#tokens, burstBytes);
  }

  #depart({ item, bytes }: Packet<T>, nowMs: number): void {
    const { delayMs, jitterMs, reorder } = this.#conditions;
    this.counts.passed += 1;
    this.counts.passedBytes += bytes;
    const dueMs = nowMs + delayMs + this.#random() * jitterMs;
    if (reorder > 0 && this.#random() < reorder) {
      this.#travel(item, dueMs + overtakenMs);
      return;
    }
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    this.#travel(item, this.#lastDueMs);
  }

  #travel(item: T, dueMs: number): void {
    const after = this.#travelling.findLastIndex((one) => one.dueMs <= dueMs);
    this.#travelling.splice(after + 1, 0, { item, dueMs });
  }
}

/** A generator of evenly spread numbers from 0 to below 1 that a seed determines (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
