import { existsSync } from 'node:fs';
import type { Logger } from '#shared/log.ts';
import type { HostConfig } from '#worker/config/schema.ts';

/** The driver of pens, where this host has it: it says once where an application would have had use for it. */
export function findPenDriver(
  { penDriver, applications }: Pick<HostConfig, 'penDriver' | 'applications'>,
  log: Logger,
): string | undefined {
  if (penDriver !== undefined && existsSync(penDriver)) return penDriver;
  const without = applications.filter(({ touch }) => touch).map(({ name }) => name);
  if (without.length > 0) log.warn('host.no-pen-driver', { penDriver, applications: without });
  return undefined;
}
