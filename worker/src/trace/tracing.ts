import type { Scope, TraceCarrier } from '#shared/trace.ts';

/** What a host does with traces. */
export interface Tracing {
  /** The place in a trace at which the host was called. */
  scopeOf(carrier: TraceCarrier | undefined): Scope;
  /** Sends what is left, for two seconds at the most. */
  close(): Promise<void>;
}
