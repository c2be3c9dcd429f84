import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { fitSuggestions } from './suggestions.ts';

function says(message: string): Diagnostic {
  return { severity: 'information', start: { line: 3, column: 2 }, end: { line: 3, column: 8 }, message };
}

test('suggestions have the place of their message, and what is left where Lean tells', () => {
  const messages = [
    says('Try this: rfl'),
    says('Try this:\n  [apply] refine f ?_\n  -- Remaining subgoals:\n  -- ⊢ p'),
  ];
  const place = { line: 3, column: 2, end_line: 3, end_column: 8 };
  expect(fitSuggestions(messages, 10_000)).toEqual({
    suggestions: [
      { text: 'rfl', ...place },
      { text: 'refine f ?_', ...place, remaining: ['p'] },
    ],
    omittedSuggestions: 0,
  });
});

test('one that is too long is left out whole, and counted', () => {
  const fitted = fitSuggestions([says(`Try this: ${'a'.repeat(5000)}`), says('Try this: rfl')], 1000);
  expect(fitted.suggestions.map(({ text }) => text)).toEqual(['rfl']);
  expect(fitted.omittedSuggestions).toBe(1);
});

test('no more than some are told', () => {
  const fitted = fitSuggestions(
    Array.from({ length: 1000 }, () => says('Try this: rfl')),
    1e6,
  );
  expect(fitted.suggestions).toHaveLength(32);
  expect(fitted.omittedSuggestions).toBeGreaterThan(0);
});

test('messages that only look like suggestions are not read without end', () => {
  const empty = Array.from({ length: 20_000 }, () => says(`Try this:\n${'\n'.repeat(400)}`));
  expect(fitSuggestions([...empty, says('Try this: rfl')], 1000).suggestions).toEqual([]);
  const few = empty.slice(0, 20);
  expect(fitSuggestions([...few, says('Try this: rfl')], 1000).suggestions).toHaveLength(1);
});

test('control characters are visible', () => {
  expect(fitSuggestions([says('Try this: a\u001b[2Jb')], 1000).suggestions[0]?.text).toBe('a\\x1b[2Jb');
});

test('they take no more room than they are given', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat({ max: 2000 }), (texts, limit) => {
      const { suggestions } = fitSuggestions(
        texts.map((text) => says(`Try this: ${text}`)),
        limit,
      );
      const size = suggestions.reduce((sum, suggestion) => sum + JSON.stringify(suggestion).length, 0);
      expect(size).toBeLessThanOrEqual(limit);
    }),
  );
});
