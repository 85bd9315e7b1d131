import type { Series } from './series.ts';

/** What one isolate of the Worker has counted since it last told. */
export interface Batch {
  /** Who tells, and how often it has told: one that comes twice counts once. */
  readonly isolate: string;
  readonly seq: number;
  /** Requests that are being answered there. */
  readonly inFlight: number;
  readonly series: readonly Series[];
}

/** All that one object has been told. */
export interface Totals {
  readonly inFlight: number;
  readonly series: readonly Series[];
}

/** What the isolates tell, and whoever reads the metrics asks, by RPC. */
export interface MetricsApi {
  add(batch: Batch): Promise<void>;
  /** What was answered once never becomes less. */
  read(): Promise<Totals>;
}
