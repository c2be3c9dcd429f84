import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pagesOf } from './result-resource.ts';

it('pages make up the whole text, and none is too large', () => {
  const text = fc
    .oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 500 }))
    .map((some) => some.toWellFormed());
  fc.assert(
    fc.property(text, fc.integer({ min: 6, max: 300 }), (whole, bytes) => {
      const pages = pagesOf(whole, bytes);
      expect(pages.join('')).toBe(whole);
      for (const page of pages) {
        expect(Buffer.byteLength(page)).toBeLessThanOrEqual(bytes);
        expect(page.isWellFormed()).toBe(true);
        expect(page).not.toBe('');
      }
    }),
  );
});

it('they end with a line where they can', () => {
  expect(pagesOf('one\ntwo\nthree\n', 24)).toEqual(['one\ntwo\n', 'three\n']);
});
