import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzRuns } from '../../../test/support/fuzz-runs.ts';
import { LineIndex } from './line-index.ts';

describe('positions', () => {
  test('Lean counts code points from line 1, LSP counts UTF-16 units from line 0', () => {
    const index = new LineIndex('a\n𝒜b');
    expect(index.leanPosition(4)).toEqual({ line: 2, column: 1 });
    expect(index.lspPosition(4)).toEqual({ line: 1, character: 2 });
    expect(index.leanOfLsp({ line: 1, character: 2 })).toEqual({ line: 2, column: 1 });
    expect(index.lspOfLean({ line: 2, column: 1 })).toEqual({ line: 1, character: 2 });
  });

  test('a carriage return before a line feed belongs to the line end, a lone one to the line', () => {
    const index = new LineIndex('a\r\nb\rc\r\r\n');
    expect(index.lineCount).toBe(3);
    expect(index.leanPosition(1)).toEqual({ line: 1, column: 1 });
    expect(index.leanPosition(2)).toEqual({ line: 1, column: 1 });
    expect(index.leanPosition(5)).toEqual({ line: 2, column: 2 });
    expect(index.offsetOfLean({ line: 1, column: 99 })).toBe(1);
    expect(index.offsetOfLean({ line: 2, column: 99 })).toBe(7);
  });

  test('places outside of the text move to its ends', () => {
    const index = new LineIndex('ab\ncd');
    expect(index.offsetOfLean({ line: 9, column: 0 })).toBe(5);
    expect(index.offsetOfLean({ line: 0, column: 7 })).toBe(0);
    expect(index.offsetOfLsp({ line: -1, character: 7 })).toBe(0);
    expect(index.offsetOfLsp({ line: 0, character: -1 })).toBe(0);
    expect(index.leanPosition(99)).toEqual({ line: 2, column: 2 });
    expect(index.leanPosition(-1)).toEqual({ line: 1, column: 0 });
    expect(index.lspPosition(Number.NaN)).toEqual({ line: 0, character: 0 });
  });

  test('half of an astral character is one character', () => {
    expect(new LineIndex('\ud835x').leanPosition(2)).toEqual({ line: 1, column: 2 });
    expect(new LineIndex('𝒜x').leanPosition(1)).toEqual({ line: 1, column: 0 });
  });
});

const text = fc.string({ unit: fc.constantFrom('a', '𝒜', 'é', '\n', '\r\n', '\r', '\ud835', '\udc9c'), maxLength: 40 });
const textAndOffset = text.chain((code) => fc.tuple(fc.constant(code), fc.integer({ min: 0, max: code.length })));

/** Lean's position by its definition: of what is left of the offset when every line end is a line feed. */
function positionByDefinition(code: string, offset: number): { line: number; column: number } {
  const isInsideEnd = code[offset] === '\n' && code[offset - 1] === '\r';
  const isInsidePair = (code.codePointAt(offset - 1) ?? 0) > 0xffff;
  const lines = code.slice(0, isInsideEnd || isInsidePair ? offset - 1 : offset).split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length };
}

describe('for any text and offset', () => {
  test("Lean's position is the number of line feeds and of code points since the last one", () => {
    fc.assert(
      fc.property(textAndOffset, ([code, offset]) => {
        expect(new LineIndex(code).leanPosition(offset)).toEqual(positionByDefinition(code, offset));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('offset, LSP position and Lean position lead back to each other', () => {
    fc.assert(
      fc.property(textAndOffset, ([code, offset]) => {
        const index = new LineIndex(code);
        const inside = code[offset] === '\n' && code[offset - 1] === '\r' ? offset - 1 : offset;
        expect(index.offsetOfLsp(index.lspPosition(offset))).toBe(inside);
        const start = (code.codePointAt(inside - 1) ?? 0) > 0xffff ? inside - 1 : inside;
        expect(index.offsetOfLean(index.leanPosition(offset))).toBe(start);
        expect(index.lspOfLean(index.leanPosition(offset))).toEqual(index.lspPosition(start));
      }),
      { numRuns: fuzzRuns(1000) },
    );
  });

  test('any position leads to an offset on its line', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), fc.nat(50), (code, line, column) => {
        const index = new LineIndex(code);
        const found = index.leanPosition(index.offsetOfLean({ line, column }));
        expect(found.line).toBe(Math.min(line, index.lineCount));
        if (line <= index.lineCount) expect(found.column).toBeLessThanOrEqual(column);
      }),
    );
  });

  test('line ends of either kind give the same positions', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '𝒜', '\n')), fc.nat(40), (parts, count) => {
        const before = parts.slice(0, count).join('');
        const lf = new LineIndex(parts.join(''));
        const crlf = new LineIndex(parts.join('').replaceAll('\n', '\r\n'));
        expect(crlf.leanPosition(before.replaceAll('\n', '\r\n').length)).toEqual(lf.leanPosition(before.length));
      }),
    );
  });
});
