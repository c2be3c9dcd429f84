import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { asMeant } from './meant-input.ts';

const schema = z.strictObject({
  code: z.string(),
  sorry: z.int().optional(),
  timeout: z.number().optional(),
  attempts: z.array(z.string()),
  keep: z.boolean().optional(),
  session_id: z.string().optional(),
});

it.each([
  ['a whole number', { sorry: '1' }, { sorry: 1 }],
  ['a number with spaces around it', { timeout: ' 2.5 ' }, { timeout: 2.5 }],
  ['a list', { attempts: '["rfl", "simp"]' }, { attempts: ['rfl', 'simp'] }],
  ['yes or no', { keep: 'true' }, { keep: true }],
  ['yes or no in capitals', { keep: 'False' }, { keep: false }],
  ['nothing', { session_id: null, sorry: null }, {}],
])('%s written as text is taken as meant', (_, input, meant) => {
  expect(asMeant(schema, input)).toEqual(meant);
});

it.each([
  ['text that looks like a number, where text is asked for', { code: '1' }],
  ['text that looks like a list, where text is asked for', { code: '["rfl"]' }],
  ['a number with a unit', { timeout: '30s' }],
  ['a number in another notation', { sorry: '0x10' }],
  ['no number at all', { sorry: '' }],
  ['one tactic instead of a list', { attempts: 'rfl' }],
  ['a list that does not end', { attempts: '["rfl"' }],
  ['an object instead of a list', { attempts: '{"0":"rfl"}' }],
  ['nothing, where something is needed', { attempts: null }],
  ['an argument that there is not', { sory: '1' }],
])('%s is left as it is', (_, input) => {
  expect(asMeant(schema, input)).toEqual(input);
});

it('leaves arguments alone that fit the schema', () => {
  const fitting = fc.record(
    {
      code: fc.string(),
      sorry: fc.integer(),
      timeout: fc.double({ noNaN: true }),
      attempts: fc.array(fc.string()),
      keep: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fitting, (input) => {
      expect(asMeant(schema, input)).toEqual(input);
    }),
  );
});

it('answers whatever it is given', () => {
  fc.assert(
    fc.property(fc.anything(), (input) => {
      asMeant(schema, input);
    }),
  );
});
