/** What the codes of nats.ws mean to a person, and what to do. Source: its `ErrorCode`. */
const words: Readonly<Record<string, string>> = {
  AUTHORIZATION_VIOLATION: 'NATS does not take this name and password',
  AUTHENTICATION_EXPIRED: 'the credentials for NATS have expired',
  ACCOUNT_EXPIRED: 'the account on NATS has expired',
  PERMISSIONS_VIOLATION: 'NATS does not let this user do that: see its permissions',
  CONNECTION_REFUSED: 'nobody answers at this address of NATS, or nobody who speaks WebSocket',
  TIMEOUT: 'NATS did not answer in time',
  '503': 'JetStream is not enabled on this NATS server, or not for this user',
};

/**
 * Says what is wrong with NATS in plain words: a field `hint` for a line of the log, beside the error.
 *
 * @returns nothing where the error has no words here.
 */
export function natsHint(error: unknown): { hint?: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const hint = typeof code === 'string' ? words[code] : undefined;
  return hint === undefined ? {} : { hint };
}
