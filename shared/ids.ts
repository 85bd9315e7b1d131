import { z } from 'zod';

/** The base32hex digits in lower case (RFC 4648 section 7): safe in URLs, DNS labels and NATS subjects. */
const digits = '0123456789abcdefghijklmnopqrstuv';

/** Makes an id of `length` digits with 5 random bits each. */
function randomId(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => digits.charAt(byte & 31)).join('');
}

/** A session's id: 20 digits, 100 random bits, so that it can't be guessed. It names the session's room too. */
export const SessionId = z.string().regex(/^[0-9a-v]{20}$/, 'must be 20 characters of 0-9 and a-v');
export type SessionId = z.infer<typeof SessionId>;

/** A peer's id: one client connection within a session. */
export const PeerId = z.string().regex(/^[0-9a-v]{12}$/, 'must be 12 characters of 0-9 and a-v');
export type PeerId = z.infer<typeof PeerId>;

/** The id of one run of a host: a host that restarts has a new one, and what ran under the old one is lost. */
export const Incarnation = z.string().regex(/^[0-9a-v]{12}$/, 'must be 12 characters of 0-9 and a-v');
export type Incarnation = z.infer<typeof Incarnation>;

/** A name that a person gives: of a host, a region, an account, an application (`com.example.app`). */
export const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be 1 to 63 letters, digits, dots, dashes or underscores');
export type Name = z.infer<typeof Name>;

/** A version of an application: a higher one is a later one. */
export const AppVersion = z.int().min(1);
export type AppVersion = z.infer<typeof AppVersion>;
/** The version of an application that is asked for. 0, or none = the latest that is published. */
export const AskedVersion = z.int().min(0).default(0);

export const newSessionId = (): SessionId => randomId(20);
export const newPeerId = (): PeerId => randomId(12);
export const newIncarnation = (): Incarnation => randomId(12);
