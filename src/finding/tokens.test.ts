import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conclusionTokens, tokensOf } from './tokens.ts';

const token = fc.constantFrom('(', ')', 'a', '+');

describe('the tokens of a conclusion', () => {
  it.each([
    ['((a + b))', ['a', '+', 'b']],
    ['(a) + (b)', ['(', 'a', ')', '+', '(', 'b', ')']],
    ['()', ['(', ')']],
    ['(a', ['(', 'a']],
  ])('of %s', (text, expected) => {
    expect(conclusionTokens(text)).toEqual(expected);
  });

  it('are all tokens, without the same number of parentheses at both ends', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (parts) => {
        const all = tokensOf(parts.join(' '));
        const left = conclusionTokens(parts.join(' '));
        const around = (all.length - left.length) / 2;
        expect([...Array<string>(around).fill('('), ...left, ...Array<string>(around).fill(')')]).toEqual(all);
      }),
    );
  });

  it('are found at once, however deep they stand in parentheses', () => {
    expect(conclusionTokens(`${'('.repeat(30_000)}a${')'.repeat(30_000)}`)).toEqual(['a']);
  });
});
