import type { Logger } from '#shared/log.ts';
import { untraced } from '#shared/trace.ts';
import type { HostConfig } from '#worker/config/schema.ts';
import type { Tracing } from './tracing.ts';

/** Traces are handed on, and nothing of them is recorded. */
const noTracing: Tracing = { scopeOf: untraced, close: () => Promise.resolve() };

/** Spans go to the collector that the host's file names; OpenTelemetry is loaded only where it names one. */
export async function startTracing(
  config: HostConfig['tracing'],
  resource: { host: string; region: string; version: string },
  log: Logger,
): Promise<Tracing> {
  if (config === undefined) return noTracing;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry(config, resource, log);
}
