import { z } from 'zod';

/** What a test and the thread of its link say to each other. */
const Conditions = z.object({
  kbps: z.number().positive().nullable(),
  queueBytes: z.number().min(0),
  delayMs: z.number().min(0),
  jitterMs: z.number().min(0),
  loss: z.number().min(0).max(1),
  lossBurst: z.number().min(1),
  reorder: z.number().min(0).max(1),
});

export const LinkOptions = z.object({
  target: z.object({ ip: z.string(), port: z.int() }),
  seed: z.int(),
  down: Conditions,
  up: Conditions,
});
export type LinkOptions = z.output<typeof LinkOptions>;

export const ToLink = z.discriminatedUnion('type', [
  z.object({ type: z.literal('set'), id: z.int(), down: Conditions, up: Conditions }),
  z.object({ type: z.literal('look'), id: z.int() }),
  z.object({ type: z.literal('close'), id: z.int() }),
]);
export type ToLink = z.output<typeof ToLink>;

const Direction = z.object({
  passed: z.int(),
  passedBytes: z.int(),
  lost: z.int(),
  overflowed: z.int(),
});

/** How a link stands. `queueMs`: how long a packet that comes now waits for its turn. */
export const LinkSample = z.object({
  /** Milliseconds since the epoch. */
  atMs: z.number(),
  queueMs: z.number(),
  queuedBytes: z.number(),
  down: Direction,
  up: Direction,
});
export type LinkSample = z.output<typeof LinkSample>;

export const FromLink = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), port: z.int() }),
  z.object({ type: z.literal('done'), id: z.int(), samples: z.array(LinkSample) }),
]);
export type FromLink = z.output<typeof FromLink>;
