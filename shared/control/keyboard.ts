import { z } from 'zod';

/** `code`: see keys.ts. Auto-repeat sends more of `pressed: true`. */
export const Key = z.object({
  type: z.literal('input::key'),
  data: z.object({ code: z.int().min(0).max(255), pressed: z.boolean() }),
});
