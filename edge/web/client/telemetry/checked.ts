import type { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { FarpaneError } from '#web/client/errors.ts';

/**
 * What a page gives, as the host will read it: the mistake is told here, for the host tells nobody.
 *
 * @throws FarpaneError `invalid_request`, which names the first field that is wrong.
 */
export function checked<T extends z.ZodType>(schema: T, value: z.input<T>, what: string): z.output<T> {
  try {
    return decode(schema, value, what);
  } catch (error) {
    throw FarpaneError.from(error);
  }
}
