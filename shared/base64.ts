/** Base64 of Latin-1 text as `btoa` and `atob` make it (RFC 4648 section 4): how the protocol carries SDP and candidates. */
export const encodeBase64 = (text: string): string => btoa(text);

/** @returns the text, or undefined where `encoded` is not base64. */
export function decodeBase64(encoded: string): string | undefined {
  try {
    return atob(encoded);
  } catch {
    return undefined;
  }
}
