import type { ControlInput } from '#web/client/control.ts';

/** Sends on the control channel. @returns whether it was sent: not where there is no connection, or what may be left out is in its way. */
export type Post = (message: ControlInput) => boolean;
