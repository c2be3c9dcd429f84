import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fuzzRuns } from '../../test/support/fuzz-runs.ts';
import { hasMoreValues } from './json-size.ts';

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: unknown[] = Object.values(value);
  return Math.max(parts.length, 1) + parts.reduce<number>((sum, part) => sum + valuesIn(part), 0);
}

const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', ',', '[', '{', 'a') }));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.constantFrom(null, 1, true),
    fc.array(tie('json')),
    fc.dictionary(text, tie('json')),
  ),
}));

it('counts each element and each member, and nothing within strings', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 2), (value, indentation) => {
      const written = JSON.stringify(value, undefined, indentation);
      const count = valuesIn(value);
      expect([hasMoreValues(written, count), hasMoreValues(written, count - 1)]).toEqual([false, true]);
    }),
    { numRuns: fuzzRuns(500) },
  );
});

it('takes any text', () => {
  fc.assert(
    fc.property(text, fc.nat(20), (anything, limit) => {
      expect(typeof hasMoreValues(anything, limit)).toBe('boolean');
    }),
    { numRuns: fuzzRuns(500) },
  );
});
