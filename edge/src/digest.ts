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

/** The HMAC of a text (RFC 2104). */
export async function hmac(hash: 'SHA-1' | 'SHA-256', secret: string, text: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)));
}

/** Compares secrets: the time that it takes tells nothing of where they differ, nor of how long they are. */
export async function sameSecret(one: string, other: string): Promise<boolean> {
  const digests = await Promise.all([one, other].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))));
  const [left, right] = digests;
  return left !== undefined && right !== undefined && crypto.subtle.timingSafeEqual(left, right);
}
