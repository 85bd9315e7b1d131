import type { oas31 } from 'zod-openapi';
import type { OpenApiDocument } from './document.ts';

type Schema = oas31.SchemaObject;

/** A field of a body or an answer, as a row of a table. */
export interface Row {
  /** `screen.width`; `[]` stands for each element of a list. */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** Deeper than that a reader follows the document itself. */
const maxDepth = 6;

/** The schema that a reference names; the schema itself where it is none. */
export function resolve(schema: Schema | oas31.ReferenceObject, document: OpenApiDocument): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name === undefined) return schema as Schema;
  return (document.components?.schemas?.[name] ?? {}) as Schema;
}

/** The fields of a schema, those of its fields too, in their order. Empty for what has none. */
export function rowsOf(schema: Schema | oas31.ReferenceObject, document: OpenApiDocument, prefix = '', depth = 0): Row[] {
  const known = resolve(schema, document);
  if (depth > maxDepth) return [];
  if (known.items !== undefined && prefix !== '') return rowsOf(known.items, document, `${prefix}[]`, depth + 1);
  return Object.entries(known.properties ?? {}).flatMap(([key, value]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const field = resolve(value, document);
    const row: Row = {
      name,
      type: typeOf(value, document),
      isRequired: known.required?.includes(key) === true,
      description: value.description ?? field.description ?? '',
    };
    return [row, ...rowsOf(field, document, name, depth + 1)];
  });
}

/** What a value may be, in words: `integer, 1 to 3840, default 1280`. */
export function typeOf(schema: Schema | oas31.ReferenceObject, document: OpenApiDocument): string {
  const known = resolve(schema, document);
  const parts = [kindOf(known, document), rangeOf(known)];
  if (known.pattern !== undefined) parts.push(`like ${known.pattern}`);
  if (known.maxLength !== undefined) parts.push(`at most ${known.maxLength} characters`);
  if (known.maxItems !== undefined) parts.push(`at most ${known.maxItems}`);
  if (known.default !== undefined) parts.push(`default ${JSON.stringify(known.default)}`);
  return parts.filter((part) => part !== '').join(', ');
}

function kindOf(schema: Schema, document: OpenApiDocument): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return isAnything(choices) ? 'any JSON' : choices.map((one) => typeOf(one, document)).join(' or ');
  if (schema.items !== undefined) return `list of ${resolve(schema.items, document).type ?? 'values'}`;
  return typeof schema.type === 'string' ? schema.type : (schema.type?.join(' or ') ?? 'any JSON');
}

/** The union that is all of JSON, which is defined by itself. */
const isAnything = (choices: readonly (Schema | oas31.ReferenceObject)[]): boolean => choices.length === 6;

function rangeOf({ minimum, maximum }: Schema): string {
  if (minimum === undefined) return maximum === undefined ? '' : `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`;
}
