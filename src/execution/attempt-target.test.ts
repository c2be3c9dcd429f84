import { describe, expect, test } from 'vitest';
import { AppError } from '../core/app-error.ts';
import { findTarget } from './attempt-target.ts';
import type { AttemptTarget } from './proof-service.ts';

const code = [
  'theorem a : p ∧ q := ⟨sorry, by exact sorry⟩',
  'theorem b : p := by',
  '  constructor <;> sorry',
  '  ',
  '  simp; skip',
].join('\n');

/** The text with what an attempt takes the place of in brackets, and what goes around it in bars. */
async function shown(text: string, target: AttemptTarget): Promise<string> {
  const found = await findTarget(text, target);
  if ('sorry' in found) {
    const { start, end, exactStart = start, number } = found.sorry;
    return `${number}: ${text.slice(exactStart, end)}`;
  }
  const { at, prefix, suffix, column } = found;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return `${column}: ${text.slice(lineStart, at)}|${prefix}*${suffix.replaceAll('\n', '⏎')}|${text.slice(at).split('\n')[0] ?? ''}`;
}

async function refusal(text: string, target: AttemptTarget): Promise<string> {
  try {
    return await shown(text, target);
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.advice}` : 'thrown';
  }
}

describe('a sorry', () => {
  test.each<[AttemptTarget, string]>([
    [{ sorry: 1 }, '1: sorry'],
    [{ sorry: 2 }, '2: exact sorry'],
    [{ line: 3 }, '3: sorry'],
    [{ line: 1, column: 22 }, '1: sorry'],
    [{ line: 1, column: 27 }, '1: sorry'],
    [{ line: 1, column: 32 }, '2: exact sorry'],
    [{ line: 1, column: 40 }, '2: exact sorry'],
  ])('is found by %j', async (target, expected) => {
    expect(await shown(code, target)).toBe(expected);
  });

  test('that is not there is refused with those that are', async () => {
    expect(await refusal(code, { sorry: 4 })).toBe(
      'usage: There is no sorry 4: the text has 3.\nGive one of these: sorry 1 at line 1, column 22; sorry 2 at line 1, column 38; sorry 3 at line 3, column 18.',
    );
    expect(await refusal('theorem', { sorry: 1 })).toContain('the text has 0.\nPut a sorry');
  });

  test('on a line with several is refused, with which', async () => {
    expect(await refusal(code, { line: 1 })).toMatch(
      /^usage: Line 1 has 2 sorries\.\nSay which .*: sorry 1 at line 1, column 22; sorry 2 at line 1, column 38\.$/,
    );
  });

  test('on a line without any is refused', async () => {
    expect(await refusal(code, { line: 5 })).toContain('usage: Line 5 has no sorry.');
    expect(await refusal(code, { line: 7 })).toContain('which has 5 lines');
  });
});

describe('a place between tactics', () => {
  test.each<[string, AttemptTarget, string]>([
    [code, { line: 5, column: 2 }, '2:   |*⏎  |simp; skip'],
    [code, { line: 5, column: 8 }, '8:   simp; |*⏎        |skip'],
    [code, { line: 4, column: 2 }, '2:   |*|'],
    [code, { line: 4, column: 6 }, '6:   |    *|'],
    [code, { line: 2, column: 19 }, '20: theorem b : p := by| *|'],
    ['by\n', { line: 2, column: 2 }, '2: |  *|'],
    ['case a => ', { line: 1, column: 10 }, '10: case a => |*|'],
    ['simp <;> ', { line: 1, column: 9 }, '9: simp <;> |*|'],
    ['· ', { line: 1, column: 2 }, '2: · |*|'],
  ])('%j at %j', async (text, target, expected) => {
    expect(await shown(text, target)).toBe(expected);
  });

  test.each<[string, AttemptTarget, string]>([
    [code, { line: 5, column: 4 }, 'it is inside "simp"'],
    [code, { line: 5, column: 6 }, '"simp" is before it'],
    ['a > ', { line: 1, column: 4 }, '">" is before it'],
    [code, { line: 5, column: 40 }, 'Column 40 is not in line 5, which has 12 characters'],
    ['\n', { line: 2, column: 5000 }, 'Column 5000 is not in line 2'],
  ])('cannot be in %j at %j', async (text, target, expected) => {
    expect(await refusal(text, target)).toMatch(/^usage: /);
    expect(await refusal(text, target)).toContain(expected);
  });
});
