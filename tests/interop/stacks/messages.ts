import { z } from 'zod';

/**
 * What a test and the process that has a foreign WebRTC stack in it say to each other: one JSON object a line. The process answers
 * offers, opens the data channel `control`, and tells what it sees and hears.
 */
export const ToStack = z.union([
  z.object({ offer: z.string() }),
  z.object({ candidate: z.string(), sdpMid: z.string(), sdpMLineIndex: z.int() }),
  /** To be sent on `control`. */
  z.object({ send: z.string() }),
]);
export type ToStack = z.output<typeof ToStack>;

export const FromStack = z.union([
  z.object({ answer: z.string() }),
  /** `control` is open. */
  z.object({ opened: z.literal(true) }),
  /** What came on `control`. */
  z.object({ heard: z.string() }),
  /** How bright the blocks of the time code are in a frame that was decoded: see readStrip. */
  z.object({ blocks: z.array(z.number()) }),
  /** Of sound that was decoded: the root of the mean square, of a full scale of 1. */
  z.object({ level: z.number() }),
]);
export type FromStack = z.output<typeof FromStack>;
