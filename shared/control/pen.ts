import { z } from 'zod';
import { coordinate } from './pointer.ts';

/**
 * An addition: a pen over the picture, as it is now (W3C Pointer Events). `down`: it touches; `barrel`: the button at its side.
 * `pressure`: 0 to 1. `tiltX`, `tiltY`, `twist`: degrees.
 */
export const PenMove = z.object({
  type: z.literal('input::pen'),
  data: z.object({
    x: coordinate,
    y: coordinate,
    tool: z.enum(['pen', 'eraser']).default('pen'),
    down: z.boolean(),
    barrel: z.boolean().default(false),
    pressure: z.number().min(0).max(1).default(0),
    tiltX: z.number().min(-90).max(90).default(0),
    tiltY: z.number().min(-90).max(90).default(0),
    twist: z.number().min(0).lt(360).default(0),
  }),
});
export type PenState = z.output<typeof PenMove>['data'];

/** It is out of reach. */
export const PenLeave = z.object({ type: z.literal('input::pen-leave'), data: z.unknown() });
