import { z } from 'zod';

/** A yes or no in a query. */
export const Flag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });
