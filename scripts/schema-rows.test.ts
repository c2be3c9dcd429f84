import { expect, it } from 'vitest';
import { z } from 'zod';
import { schemaRows } from './schema-rows.ts';

it('gives a row to each property, and to those inside objects and lists of objects', () => {
  const schema = z.object({
    code: z.string().describe('The text'),
    mode: z.enum(['a', 'b']).optional(),
    names: z.array(z.string()).optional(),
    places: z.array(z.object({ line: z.int() })),
    times: z.object({ total: z.number().describe('In all') }),
  });
  expect(schemaRows(z.toJSONSchema(schema))).toEqual([
    ['`code`', 'string', 'yes', 'The text'],
    ['`mode`', '`a`, `b`', 'no', ''],
    ['`names`', 'list of strings', 'no', ''],
    ['`places`', 'list of objects', 'yes', ''],
    ['`places[].line`', 'integer', 'yes', ''],
    ['`times`', 'object', 'yes', ''],
    ['`times.total`', 'number', 'yes', 'In all'],
  ]);
});

it('refuses what is no schema', () => {
  expect(() => schemaRows({ properties: 1 })).toThrow();
});
