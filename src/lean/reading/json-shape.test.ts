import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { hasShape } from './json-shape.ts';

/** The same, counted in what the text means. */
function shapeOf(value: unknown): { readonly parts: number; readonly depth: number } {
  if (typeof value !== 'object' || value === null) return { parts: 0, depth: 0 };
  const isArray = Array.isArray(value);
  const inner = Object.values(value).map(shapeOf);
  const separators = Math.max(0, inner.length - 1) + (isArray ? 0 : inner.length);
  return {
    parts: 1 + separators + inner.reduce((sum, { parts }) => sum + parts, 0),
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
  };
}

describe('the shape of a JSON text', () => {
  it('is counted as a reader of the whole would', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = Buffer.from(JSON.stringify(value));
        const { parts, depth } = shapeOf(value);
        expect(hasShape(text, { parts, depth })).toBe(true);
        if (parts > 0) expect(hasShape(text, { parts: parts - 1, depth })).toBe(false);
        if (depth > 0) expect(hasShape(text, { parts, depth: depth - 1 })).toBe(false);
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  it.each(['"a [ { , : "', '"\\"[[[["', '"\\\\"', '"', '"\\', ']]]]', ''])(
    'has no structure in strings and none that was not opened: %s',
    (text) => {
      expect(hasShape(Buffer.from(text), { parts: 0, depth: 0 })).toBe(true);
    },
  );
});
