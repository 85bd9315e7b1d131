import type { z } from 'zod';

const components = new Map<z.ZodType, z.ZodType>();

/** The same schema under a name of its own in the document. */
export function component(id: string, schema: z.ZodType): z.ZodType {
  const known = components.get(schema);
  if (known !== undefined) return known;
  const made = schema.meta({ id });
  components.set(schema, made);
  return made;
}
