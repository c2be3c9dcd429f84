import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { LineIndex } from './line-index.ts';
import { offsetInText } from './place-in-text.ts';

function refusal(text: string, line: number, column: number): string {
  try {
    offsetInText(text, { line, column });
    return 'accepted';
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.advice}` : 'thrown';
  }
}

describe('a position', () => {
  test('is found behind tabs and astral characters', () => {
    expect(offsetInText('a\n\t🎉x', { line: 2, column: 2 })).toBe(5);
  });

  test('may be the end of a line and of the text', () => {
    expect(offsetInText('ab\r\nc', { line: 1, column: 2 })).toBe(2);
    expect(offsetInText('ab\n', { line: 2, column: 0 })).toBe(3);
    expect(offsetInText('', { line: 1, column: 0 })).toBe(0);
  });

  test('in no line is refused with the number of lines', () => {
    expect(refusal('a\nb\n', 9, 0)).toMatch(
      /^usage: Line 9 is not in the text, which has 3 lines\.\nLines count from 1/,
    );
    expect(refusal('', 2, 0)).toContain('which has 1 line.');
  });

  test('behind the end of its line is refused with the length of the line, and shows it', () => {
    expect(refusal('a\n🎉b\n', 2, 3)).toMatch(/^usage: Column 3 is not in line 2, which has 2 characters\.\n.*"🎉b"$/);
  });

  test('of any offset leads back to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '🎉', '\t', 'é') }), (text) => {
        const lines = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset += 1) {
          const position = lines.leanPosition(offset);
          expect(lines.leanPosition(offsetInText(text, position))).toEqual(position);
        }
      }),
    );
  });
});
