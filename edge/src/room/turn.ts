import type { Config } from '#edge/config.ts';
import { hmac } from '#edge/digest.ts';
import type { StunServer } from '#shared/gateway.ts';

/** TURN credentials are good for so long: a client needs them when it gathers its candidates, which it does at once. */
export const turnTtlMs = 10 * 60_000;

/**
 * The STUN and TURN addresses of coturn with credentials for one session: "TURN REST API", as coturn's `use-auth-secret`
 * reads it (draft-uberti-behave-turn-rest-00). Empty where there is no relay.
 *
 * @param now milliseconds since 1970.
 * @param waitMs for how long the client may have to wait before it gathers any.
 */
export async function stunServers(turn: Config['turn'], session: string, now: number, waitMs = 0): Promise<StunServer[]> {
  if (turn.hosts.length === 0) return [];
  const username = `${Math.floor((now + waitMs + turnTtlMs) / 1000)}:${session}`;
  const password = btoa(String.fromCharCode(...(await hmac('SHA-1', turn.secret, username))));
  return turn.hosts.flatMap((host) => [
    { urls: [`stun:${host}`] },
    { urls: [`turn:${host}?transport=udp`, `turn:${host}?transport=tcp`], username, password },
  ]);
}
