import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Splice } from './splice.ts';

test('a part is replaced', () => {
  const splice = new Splice('by sorry -- end', 3, 8, '(simp)');
  expect(splice.text).toBe('by (simp) -- end');
  expect([2, 3, 9, 10].map((offset) => splice.isInside(offset))).toEqual([false, true, true, false]);
});

test('an offset outside of the replacement stands before the same text as in the old one', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (before, old, replacement, after) => {
      const base = before + old + after;
      const splice = new Splice(base, before.length, before.length + old.length, replacement);
      for (let offset = 0; offset <= splice.text.length; offset += 1) {
        const there = splice.toBase(offset);
        if (offset < splice.start)
          expect(base.slice(there, splice.start)).toBe(splice.text.slice(offset, splice.start));
        if (offset > splice.end) expect(base.slice(there)).toBe(splice.text.slice(offset));
        expect(there).toBeLessThanOrEqual(base.length);
      }
    }),
  );
});
