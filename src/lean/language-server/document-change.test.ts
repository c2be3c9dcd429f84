import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineIndex } from '../source/line-index.ts';
import { changeBetween } from './document-change.ts';

describe('the change from one text to another', () => {
  it.each([
    ['what is appended', 'def a := 1\n', 'def a := 1\ndef b := 2\n', 1, 'def b := 2\n'],
    ['the line that differs and all behind it', 'a\nb c\nd', 'a\nb x\nd', 1, 'b x\nd'],
    ['nothing but an end', 'a\nb\n', 'a\n', 1, ''],
    ['all of a text whose first line differs', 'a\nb', 'x\nb', 0, 'x\nb'],
  ])('is %s', (_, before, after, line, text) => {
    expect(changeBetween(before, after)).toMatchObject({ range: { start: { line, character: 0 } }, text });
  });

  it('is the whole text when nothing differs', () => {
    expect(changeBetween('a\nb', 'a\nb')).toEqual({ text: 'a\nb' });
  });

  it('leads from the one to the other', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', '\r', '𝓝', ' ') });
    fc.assert(
      fc.property(text, text, text, (common, before, after) => {
        const [from, to] = [common + before, common + after];
        const { range, text: inserted } = changeBetween(from, to);
        if (range === undefined) expect(inserted).toBe(to);
        else {
          const lines = new LineIndex(from);
          expect(lines.offsetOfLsp(range.end)).toBe(from.length);
          expect(from.slice(0, lines.offsetOfLsp(range.start)) + inserted).toBe(to);
        }
      }),
    );
  });
});
