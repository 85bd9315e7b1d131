import { z } from 'zod';
import { coordinate } from './pointer.ts';

const touchId = z.int().min(0).max(9);

export const TouchStart = z.object({
  type: z.literal('input::touch-start'),
  data: z.object({ id: touchId, x: coordinate, y: coordinate }),
});
export const TouchMove = z.object({
  type: z.literal('input::touch-move'),
  data: z.object({ id: touchId, x: coordinate, y: coordinate }),
});
export const TouchEnd = z.object({
  type: z.literal('input::touch-end'),
  data: z.object({ id: touchId, last: z.boolean().default(false) }),
});
