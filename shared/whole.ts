import { z } from 'zod';

/** A whole number as it stands in a query: digits, and nothing else that could be taken for one. `schema`: its bounds. */
export const whole = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text), schema);
