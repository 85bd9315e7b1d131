import type { Keep } from './keep.ts';

/** What the player remembers: the token and the session over a reload, and what was chosen. */

const tokenKey = 'farpane.token';
const sessionKey = 'farpane.session';
const sizeKey = 'farpane.size';

/** Reads the token of an address (`#token=…`). */
export const tokenOf = (hash: string): string | undefined =>
  new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? undefined;

/** The token: from the address, whence it is taken out at once, so that it is neither seen nor shared; else the one kept. */
export function takeToken(location: Location, history: History, keep: Keep): string | undefined {
  const given = tokenOf(location.hash);
  if (given === undefined) return keep.getItem(tokenKey) ?? undefined;
  history.replaceState(history.state, '', location.pathname + location.search);
  keepToken(keep, given);
  return given;
}

export const keepToken = (keep: Keep, token: string): void => keep.setItem(tokenKey, token);
export const forgetToken = (keep: Keep): void => keep.removeItem(tokenKey);

/** The session that runs in this tab. */
export const keptSession = (keep: Keep): string | undefined => keep.getItem(sessionKey) ?? undefined;
export const keepSession = (keep: Keep, id: string): void => keep.setItem(sessionKey, id);
export const forgetSession = (keep: Keep): void => keep.removeItem(sessionKey);

/** The choice of the picture's size. */
export const keptSize = (keep: Keep): string | undefined => keep.getItem(sizeKey) ?? undefined;
export const keepSize = (keep: Keep, choice: string): void => keep.setItem(sizeKey, choice);
