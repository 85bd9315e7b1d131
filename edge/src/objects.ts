import type { AccountApi } from './account/api.ts';
import type { Env } from './env.ts';
import type { LineApi } from './line/api.ts';
import type { LinkApi } from './link/api.ts';
import type { MetricsApi } from './metrics/api.ts';
import { pause } from './pause.ts';
import type { RegistryApi } from './registry/api.ts';
import type { RoomApi } from './room/api.ts';

/**
 * The Durable Objects by their names, under the interfaces that they implement: the platform's own stub types lose type
 * parameters and grow without end on recursive JSON.
 */

type Named<Api> = (env: Env, name: string) => Api;

function typed<Api>(namespace: (env: Env) => unknown): Named<Api & Pick<Fetcher, 'fetch'>> {
  return (env, name) => {
    const objects = namespace(env) as DurableObjectNamespace;
    return objects.get(objects.idFromName(name)) as unknown as Api & Pick<Fetcher, 'fetch'>;
  };
}

/** The account of that name. */
export const accountNamed = typed<AccountApi>((env) => env.ACCOUNT);

/** The room of the session of that id. */
export const roomNamed = typed<RoomApi>((env) => env.ROOM);

/** The link of that name: `link-0` and up. */
export const linkNamed = typed<LinkApi>((env) => env.LINK);

/** The line of that name, which is for an application in a region. */
export const lineNamed = typed<LineApi>((env) => env.LINE);

/** The one list of accounts. Only whoever administers asks it. */
export const registryOf = (env: Env): RegistryApi => typed<RegistryApi>((e) => e.REGISTRY)(env, 'accounts');

/** An object that adds up what isolates have counted. */
export const metricsNamed = typed<MetricsApi>((env) => env.METRICS);

/** The name of the link that a session belongs to: FNV-1a of its id over the number of links, so that it stays. */
export function linkOf(session: string, links: number): string {
  let hash = 0x811c9dc5;
  for (const char of session) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return `link-${hash % links}`;
}

/** The names of all links. */
export const linkNames = (links: number): string[] => Array.from({ length: links }, (_, n) => `link-${n}`);

/** What an object that moved or restarted does to a call that was on its way. */
const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  'retryable' in error &&
  error.retryable === true &&
  !('overloaded' in error && error.overloaded === true);

/**
 * Calls an object, and again, twice at most, where the platform says that this helps. Only for calls that may arrive twice.
 *
 * @param find gets the object anew for each attempt: a stub is of no use after it failed.
 */
export async function calling<Stub, Result>(find: () => Stub, call: (stub: Stub) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(find());
    } catch (error) {
      if (attempt === 3 || !isPassing(error)) throw error;
      await pause(attempt * 50);
    }
  }
}
