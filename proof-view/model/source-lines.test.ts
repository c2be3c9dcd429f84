import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../src/lean/source/line-index.ts';
import { replacement, sourceLines, type Mark } from './source-lines.ts';

const lean = fc
  .array(
    fc.oneof(
      fc.constantFrom('theorem ', 'by', ' sorry', '#eval', '"', '/-', '-/', '--', '\n', '\r\n', '\r', ' ', 's!"{', '}'),
      fc.constantFrom('\u202e', '\u200b', '\u{e0041}', '\u0000', '𝔸', '∀', 'α', '\ud800', '«', '»'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''));
const mark = fc.record({
  line: fc.integer({ min: 1, max: 6 }),
  column: fc.nat(12),
  end_line: fc.integer({ min: 1, max: 6 }),
  end_column: fc.nat(12),
  as: fc.constantFrom('error' as const, 'warning' as const),
});

const unseen = /(?![\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u{e0100}-\u{e01ef}]/u;

function textsOf(code: string, marks: readonly Mark[] = []): string[] {
  return sourceLines(code, marks).map(({ pieces }) => pieces.map(({ text }) => text).join(''));
}

describe('a text cut into lines', () => {
  it('is all there, with a character for each of its own, and none that cannot be seen', () => {
    fc.assert(
      fc.property(lean, fc.array(mark), (code, marks) => {
        const lines = sourceLines(code, marks);
        const index = new LineIndex(code);
        expect(lines).toHaveLength(index.lineCount);
        const shown = textsOf(code, marks);
        const own = code
          .split('\n')
          .map((line, number, all) => (number < all.length - 1 ? line.replace(/\r$/, '') : line));
        for (const [number, line] of own.entries()) {
          const wanted = Array.from(line, (character) => (unseen.test(character) ? replacement : character));
          expect(shown[number]).toBe(wanted.join(''));
          expect(lines[number]?.length).toBe(wanted.length);
        }
        for (const { pieces } of lines) {
          let column = 0;
          for (const piece of pieces) {
            expect(piece.column).toBe(column);
            column += Array.from(piece.text).length;
          }
        }
      }),
    );
  });

  it('has its colours from Lean’s tokens', () => {
    const [first, second] = sourceLines('theorem t : 1 = 1 := by -- so\n  #check "sorry" sorry', []);
    const looks = (line: typeof first): unknown =>
      line?.pieces.flatMap(({ text, look }) => (look ? [[text, look]] : []));
    expect(looks(first)).toEqual([
      ['theorem', 'keyword'],
      ['1', 'number'],
      ['1', 'number'],
      ['by', 'keyword'],
      ['-- so', 'comment'],
    ]);
    expect(looks(second)).toEqual([
      ['#check', 'command'],
      ['"sorry"', 'string'],
      ['sorry', 'sorry'],
    ]);
  });

  it.each<[string, string, Mark, string]>([
    ['a place in code points', '𝔸𝔹 := ℂ', { line: 1, column: 1, end_line: 1, end_column: 2, as: 'error' }, '𝔹'],
    ['nothing, by the next character', 'abc', { line: 1, column: 1, end_line: 1, end_column: 1, as: 'error' }, 'b'],
    ['what goes over lines', 'ab\ncd', { line: 1, column: 1, end_line: 2, end_column: 1, as: 'error' }, 'bc'],
    ['what lies behind the end, not at all', 'ab', { line: 9, column: 0, end_line: 9, end_column: 1, as: 'error' }, ''],
  ])('marks %s', (_, code, at, expected) => {
    const pieces = sourceLines(code, [at]).flatMap((line) => line.pieces);
    expect(pieces.flatMap(({ text, mark: found }) => (found === 'error' ? [text] : [])).join('')).toBe(expected);
  });

  it('shows the later of two marks, and the place of the call in any case', () => {
    const span = { line: 1, column: 0, end_line: 1, end_column: 3 };
    const marks = [
      { ...span, as: 'hint' as const },
      { ...span, end_column: 1, as: 'error' as const },
    ];
    const pieces = sourceLines('abc', marks, { ...span, column: 2 })[0]?.pieces;
    expect(pieces?.map(({ text, mark: found, isPlace }) => [text, found, isPlace])).toEqual([
      ['a', 'error', false],
      ['b', 'hint', false],
      ['c', 'hint', true],
    ]);
  });
});
