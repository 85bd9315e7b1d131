import type { Env } from '#edge/env.ts';
import { calling, metricsNamed } from '#edge/objects.ts';
import { Soon, type Waiter } from '#edge/soon.ts';
import { newPeerId } from '#shared/ids.ts';
import { add, emptySeries, keyOf, type Observation, observe, type Series, sumOf } from './series.ts';

/** Counts are told after so long at the latest, all at once: a request by itself costs no call. */
const flushAfterMs = 3000;

/** How many objects add up counts. Each isolate tells one of them; whoever reads asks all. */
const shards = 4;
export const shardNames: readonly string[] = Array.from({ length: shards }, (_, n) => `metrics-${n}`);

/** What this isolate counts, until it is told to an object that adds it up. */
export class Recorder {
  /** Made with the first flush: outside of a request there is no randomness. */
  #isolate: { id: string; shard: string } | undefined;
  #seq = 0;
  #inFlight = 0;
  #series = new Map<string, Series>();
  readonly #soon = new Soon(flushAfterMs);

  begin(): void {
    this.#inFlight += 1;
  }

  end(observation: Observation): void {
    this.#inFlight -= 1;
    const key = keyOf(observation);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = emptySeries(observation);
      this.#series.set(key, series);
    }
    observe(series, observation);
  }

  /** Sees to it that what was counted is told soon. Costs a comparison where that is so already. */
  flushSoon(env: Env, waiter: Waiter): void {
    this.#soon.do(waiter, () => this.flush(env));
  }

  /** Tells now. Where that fails, the counts are told the next time. */
  async flush(env: Env): Promise<void> {
    const { id: isolate, shard } = this.#identity();
    const series = [...this.#series.values()];
    const seq = ++this.#seq;
    this.#series = new Map();
    try {
      const batch = { isolate, seq, inFlight: this.#inFlight, series };
      await calling(
        () => metricsNamed(env, shard),
        (stub) => stub.add(batch),
      );
    } catch {
      this.#takeBack(series);
    }
  }

  #identity(): { id: string; shard: string } {
    const id = newPeerId();
    this.#isolate ??= { id, shard: shardNames[id.charCodeAt(0) % shards] ?? '' };
    return this.#isolate;
  }

  #takeBack(series: readonly Series[]): void {
    for (const each of series) {
      const known = this.#series.get(keyOf(each));
      if (known === undefined) this.#series.set(keyOf(each), each);
      else add(known, each);
    }
  }
}

/** The sum of what all objects were told. */
export async function readTotals(env: Env): Promise<{ inFlight: number; series: Series[] }> {
  const totals = await Promise.all(
    shardNames.map((name) =>
      calling(
        () => metricsNamed(env, name),
        (stub) => stub.read(),
      ),
    ),
  );
  return { inFlight: totals.reduce((sum, { inFlight }) => sum + inFlight, 0), series: sumOf(totals.map(({ series }) => series)) };
}
