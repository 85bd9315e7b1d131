import { consoleLogger } from '#edge/log.ts';
import { Soon, type Waiter } from '#edge/soon.ts';
import type { TracingConfig } from './config.ts';
import { type EndedSpan, exportBody } from './otlp.ts';

const flushAfterMs = 1000;
const timeoutMs = 5000;
/** More are dropped: a collector that is away must not fill the memory. */
const maxWaiting = 4096;
/** A collector that is away is spoken of so often. */
const warnEveryMs = 60_000;

/** Sends this isolate's spans to the collector, some at a time. What it does not take is dropped. */
export class SpanExporter {
  readonly #soon = new Soon(flushAfterMs);
  #waiting: EndedSpan[] = [];
  #warnedAtMs = 0;

  add(span: EndedSpan, config: TracingConfig, waiter: Waiter): void {
    if (this.#waiting.length < maxWaiting) this.#waiting.push(span);
    this.#soon.do(waiter, () => this.#flush(config));
  }

  async #flush({ endpoint, headers }: TracingConfig): Promise<void> {
    const spans = this.#waiting;
    this.#waiting = [];
    try {
      const response = await fetch(`${endpoint.replace(/\/$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: exportBody(spans, { 'service.name': 'farpane-gateway' }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (!response.ok) this.#warn(spans.length, { status: response.status });
    } catch (error) {
      this.#warn(spans.length, { error });
    }
  }

  #warn(spans: number, why: { status: number } | { error: unknown }): void {
    const now = Date.now();
    if (now - this.#warnedAtMs < warnEveryMs) return;
    this.#warnedAtMs = now;
    consoleLogger('warn', {}).warn('trace.not-exported', { spans, ...why });
  }
}
