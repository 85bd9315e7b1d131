import { base64Url, hmac, randomText, sameSecret } from '#edge/digest.ts';
import { Name } from '#shared/ids.ts';

/**
 * An account's token: `fp_<name>.<secret>.<mac>`, name in base64url. The mac lets the Worker turn away what was never
 * issued, and find the account, before any Durable Object is asked.
 */
const shape = /^fp_([A-Za-z0-9_-]{1,84})\.([A-Za-z0-9_-]{32})\.([A-Za-z0-9_-]{22})$/;

async function macOf(tokenSecret: string, signed: string): Promise<string> {
  return base64Url((await hmac('SHA-256', tokenSecret, signed)).subarray(0, 16));
}

/** Makes a token for the account `name`: 192 random bits. */
export async function newAccountToken(name: string, tokenSecret: string): Promise<string> {
  const signed = `${base64Url(new TextEncoder().encode(name))}.${randomText(24)}`;
  return `fp_${signed}.${await macOf(tokenSecret, signed)}`;
}

/** Tokens that were found to be issued here, and the secret that says so: those in use come with every request. */
const known = new Map<string, { tokenSecret: string; account: string }>();
const maxKnown = 1000;

/** @returns the name of the account that the token is for, or undefined where the token was not issued here. */
export async function accountOfToken(token: string, tokenSecret: string): Promise<string | undefined> {
  const before = known.get(token);
  if (before?.tokenSecret === tokenSecret) return before.account;
  const [, encodedName, secret, mac] = shape.exec(token) ?? [];
  if (encodedName === undefined || secret === undefined || mac === undefined) return undefined;
  if (!(await sameSecret(mac, await macOf(tokenSecret, `${encodedName}.${secret}`)))) return undefined;
  const account = Name.safeParse(atob(encodedName.replaceAll('-', '+').replaceAll('_', '/'))).data;
  if (account === undefined) return undefined;
  if (known.size >= maxKnown) known.clear();
  known.set(token, { tokenSecret, account });
  return account;
}
