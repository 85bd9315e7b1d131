import type { Config } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import type { LineApi } from '#edge/line/api.ts';
import type { SessionCall } from '#edge/link/api.ts';
import { calling, lineNamed, linkNamed, linkOf } from '#edge/objects.ts';
import type { HostReply, HostRequest } from '#shared/host.ts';
import type { SessionId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { type Outcome, outcome, unwrap } from '#shared/outcome.ts';
import type { TraceCarrier } from '#shared/trace.ts';

/** What calling others needs of the room. */
export interface CallDeps {
  readonly env: Env;
  readonly config: Config;
  readonly log: Logger;
  /** The trace that the session belongs to. */
  readonly trace: TraceCarrier | undefined;
}

/** Calls the host of a session by the session's link. */
export function callHost<K extends SessionCall>(
  deps: CallDeps,
  host: string,
  call: K,
  request: HostRequest<K> & { session: SessionId },
): Promise<Outcome<HostReply<K>>> {
  const link = linkOf(request.session, deps.config.links);
  return overLink(deps, link, (stub) => stub.call<K>(host, call, request, deps.trace));
}

/** Asks a link; that it can't be asked is an outcome too. */
export function overLink<T>(
  { env, log }: CallDeps,
  link: string,
  ask: (stub: ReturnType<typeof linkNamed>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return outcome(
    async () => unwrap(await calling(() => linkNamed(env, link), ask)),
    (error) => log.error('room.link-failed', { link, error }),
  );
}

/** Asks a line; that it can't be asked is an outcome too. */
export function inLine<T>({ env, log }: CallDeps, line: string, ask: (stub: LineApi) => Promise<T>): Promise<Outcome<T>> {
  return outcome(
    () => calling(() => lineNamed(env, line), ask),
    (error) => log.warn('room.line-failed', { line, error }),
  );
}
