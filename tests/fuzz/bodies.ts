import fc from 'fast-check';
import { z } from 'zod';

/** Values of every type of JSON, and the numbers and texts at which limits are. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1, -1, 2, 71, 72, 1200, 1201, 10_080, 10_081, 0.5, 1e300, '', ' ', 'true', '1', [], {}),
  fc.integer(),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
);

/** Values that may well be right: a guess at each field by its schema. */
function guess(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return guess(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return guess(schema.def.in);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return fc.integer({ min: 0, max: 5000 });
  if (schema instanceof z.ZodString) return fc.constantFrom('', 'a', 'com.example.app', 'x'.repeat(63), '0'.repeat(20));
  if (schema instanceof z.ZodEnum) return fc.constantFrom<unknown>(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom<unknown>(...schema.values);
  if (schema instanceof z.ZodArray) return fc.array(guess(schema.element), { maxLength: 3 });
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.options.map(guess));
  if (schema instanceof z.ZodObject) return objectLike(schema, guess);
  return anything;
}

/** A right body with any of its fields missing, wrong or beside others that nobody knows. */
export function bodyLike(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (!(schema instanceof z.ZodObject)) return fc.oneof(guess(schema), anything);
  const nearly = objectLike(schema, (field) =>
    fc.oneof({ weight: 8, arbitrary: guess(field) }, { weight: 1, arbitrary: anything }),
  );
  return fc.oneof({ weight: 5, arbitrary: guess(schema) }, { weight: 5, arbitrary: nearly }, { weight: 1, arbitrary: anything });
}

function objectLike(schema: z.ZodObject, field: (schema: z.core.$ZodType) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(schema.shape).map(([key, value]) => [key, field(value)]));
  return fc
    .tuple(
      fc.record(fields, { requiredKeys: [] }),
      fc.dictionary(fc.constantFrom('constructor', 'toString', 'x'), anything, { maxKeys: 1 }),
    )
    .map(([known, others]) => ({ ...others, ...known }));
}
