/*
 * Models write numbers and lists as text now and then, and null for what they leave out. Where only one thing can be meant,
 * it is taken as that; everything else is left for the schema to refuse.
 */
import type { z } from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { isObject } from '../core/is-object.ts';

/** Arguments as they are meant: `"1"` for a number is 1, `"[\"rfl\"]"` for a list is that list, `null` is left out. */
export function asMeant({ shape }: z.ZodObject, input: unknown): unknown {
  if (!isObject(input)) return input;
  const known = new Map(Object.entries<z.core.$ZodType>(shape));
  const entries = Object.entries(input).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    const def = known.get(name)?._zod.def;
    if (def === undefined) return [[name, value]];
    if (def.type === 'optional' && value === null) return [];
    return [[name, typeof value === 'string' ? readText(value, def) : value]];
  });
  return Object.fromEntries(entries);
}

type Definition = z.core.$ZodTypeDef;

function readText(text: string, definition: Definition): unknown {
  switch (definition.type) {
    case 'optional':
      return readText(text, (definition as z.core.$ZodOptionalDef).innerType._zod.def);
    case 'number':
      return /^\s*-?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : text;
    case 'boolean':
      return (
        new Map<string, unknown>([
          ['true', true],
          ['false', false],
        ]).get(text.trim().toLowerCase()) ?? text
      );
    case 'array': {
      const list = /^\s*\[/.test(text) ? parseJson(text) : undefined;
      return Array.isArray(list) ? list : text;
    }
    default:
      return text;
  }
}
