import { DurableObject } from 'cloudflare:workers';
import type { Env } from '#edge/env.ts';
import type { Batch, MetricsApi, Totals } from './api.ts';
import { type CountStore, openCounts } from './store.ts';

/** Counts that nobody has read are written after so long; those that are read are written before. */
const saveAfterMs = 60_000;

/** An isolate that said nothing for so long answers nothing: it tells a few seconds after each request. */
const silentAfterMs = 30_000;

interface Teller {
  seq: number;
  inFlight: number;
  atMs: number;
}

/**
 * Adds up what isolates have counted. A few of them share the work, each isolate with one of them. What an object was told and has
 * not written is lost when it crashes; but what it has answered is written, so that a counter never goes back.
 */
export class Metrics extends DurableObject<Env> implements MetricsApi {
  readonly #counts: CountStore;
  readonly #tellers = new Map<string, Teller>();
  #saveAtMs = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#counts = openCounts(ctx.storage.sql);
  }

  async add({ isolate, seq, inFlight, series }: Batch): Promise<void> {
    const now = Date.now();
    const known = this.#tellers.get(isolate);
    if (known !== undefined && seq <= known.seq) return;
    this.#tellers.set(isolate, { seq, inFlight, atMs: now });
    this.#counts.add(series);
    if (this.#saveAtMs > now) return;
    this.#saveAtMs = now + saveAfterMs;
    await this.ctx.storage.setAlarm(this.#saveAtMs);
  }

  async read(): Promise<Totals> {
    this.#counts.save();
    this.#forgetSilent();
    const inFlight = [...this.#tellers.values()].reduce((sum, teller) => sum + teller.inFlight, 0);
    return { inFlight, series: this.#counts.all() };
  }

  override async alarm(): Promise<void> {
    this.#saveAtMs = 0;
    this.#counts.save();
    this.#forgetSilent();
  }

  #forgetSilent(): void {
    const now = Date.now();
    for (const [isolate, { atMs }] of this.#tellers) if (now - atMs > silentAfterMs) this.#tellers.delete(isolate);
  }
}
