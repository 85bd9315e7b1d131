import { randomText, sha256 } from '#edge/digest.ts';
import { ticketTtlMs } from './decide/deadlines.ts';
import type { Ticket } from './decide/state.ts';

/** Makes a token for a socket's address, of 192 random bits, and what is kept of it. */
export async function newTicket(
  now: number,
  ttlMs = ticketTtlMs,
): Promise<{ token: string; ticket: Pick<Ticket, 'hash' | 'expiresAtMs'> }> {
  const token = randomText(24);
  return { token, ticket: { hash: await sha256(token), expiresAtMs: now + ttlMs } };
}

/** The signalling socket's address, at the origin by which the client reached the gateway. */
export function socketUrl(origin: string, session: string, token: string): string {
  const url = new URL(`/1.0/sessions/${session}/sockets/slave`, origin);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('token', token);
  return url.href;
}

/** The address by which whoever has a share's token connects. */
export function shareUrl(origin: string, session: string, type: string, token: string): string {
  const url = new URL(`/1.0/sessions/${session}/connect`, origin);
  url.searchParams.set('type', type);
  url.searchParams.set('token', token);
  return url.href;
}
