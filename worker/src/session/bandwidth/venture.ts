/**
 * How long a link must be calm before more is sent than it is estimated to carry. Estimates grow by a few percent a second at best
 * while all that they allow is sent; but who goes beyond one that is right makes a queue. So each attempt that failed has the next one
 * wait for longer.
 */
export interface Venture {
  waitMs: number;
}

const shortestWaitMs = 3000;
const longestWaitMs = 30_000;

export const firstVenture: Venture = { waitMs: shortestWaitMs };

/** @param beyond whether more was sent than the estimate allowed when the link showed strain. */
export const strained = ({ waitMs }: Venture, beyond: boolean): Venture => ({
  waitMs: beyond ? Math.min(longestWaitMs, 2 * waitMs) : Math.max(shortestWaitMs, waitMs / 2),
});

export const ventures = ({ waitMs }: Venture, calmForMs: number): boolean => calmForMs >= waitMs;
