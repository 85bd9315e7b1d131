import type { Context } from 'hono';

/** How the client reached the gateway: the addresses in answers begin so too. */
export const originOf = (c: Context): string => new URL(c.req.url).origin;
