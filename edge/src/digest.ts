const encoder = new TextEncoder();

/** Base64 for URLs, without padding (RFC 4648 section 5). */
export const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** @returns `bytes` random bytes as text for a URL. */
export const randomText = (bytes: number): string => base64Url(crypto.getRandomValues(new Uint8Array(bytes)));

/** The SHA-256 of a text, as text: how secrets are kept. */
export async function sha256(text: string): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))));
}

/** The keys of HMACs by hash and secret: a handful of secrets are in use, and each request needs one. */
const keys = new Map<string, Promise<CryptoKey>>();
const maxKeys = 16;

function keyOf(hash: 'SHA-1' | 'SHA-256', secret: string): Promise<CryptoKey> {
  const name = `${hash} ${secret}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash }, false, ['sign']);
    if (keys.size >= maxKeys) keys.clear();
    keys.set(name, key);
  }
  return key;
}

/** The HMAC of a text (RFC 2104). */
export async function hmac(hash: 'SHA-1' | 'SHA-256', secret: string, text: string): Promise<Uint8Array> {
  const key = await keyOf(hash, secret);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}

/** Compares hashes, which are of one length: the time that it takes tells nothing of where they differ. */
export function sameHash(one: string, other: string): boolean {
  const [left, right] = [encoder.encode(one), encoder.encode(other)];
  return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
}

/** Compares secrets: the time that it takes tells nothing of where they differ, nor of how long they are. */
export async function sameSecret(one: string, other: string): Promise<boolean> {
  const digests = await Promise.all([one, other].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))));
  const [left, right] = digests;
  return left !== undefined && right !== undefined && crypto.subtle.timingSafeEqual(left, right);
}
