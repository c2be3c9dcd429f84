import { z } from 'zod';

interface JsonSchema {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly items?: JsonSchema | undefined;
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
  readonly required?: readonly string[] | undefined;
}

/** The part of JSON Schema that our schemas use. */
const jsonSchema: z.ZodType<JsonSchema> = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  get items() {
    return jsonSchema.optional();
  },
  get properties() {
    return z.record(z.string(), jsonSchema).optional();
  },
  required: z.array(z.string()).optional(),
});

/**
 * The properties of an object as rows of a table: name, type, whether it is always there, meaning. Properties of objects
 * in it follow, named with their path: `timings_ms.total`, `diagnostics[].line`.
 */
export function schemaRows(schema: unknown): string[][] {
  return rowsBelow(jsonSchema.parse(schema), '');
}

function rowsBelow({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const row = [`\`${path}\``, typeName(schema), required.includes(name) ? 'yes' : 'no', schema.description ?? ''];
    const inside = schema.items ?? schema;
    return [row, ...rowsBelow(inside, `${path}${schema.items === undefined ? '' : '[]'}.`)];
  });
}

function typeName({ type = 'any', items, enum: values }: JsonSchema): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  return items === undefined ? type : `list of ${typeName(items)}s`;
}
