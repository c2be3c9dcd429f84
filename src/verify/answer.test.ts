import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerEnd, readAnswer } from './answer.ts';

const nonce = '0123456789abcdef';
const forged = '\nanswer 00000000\nexport\nlean-docker-mcp-export 1\nend\n';
const answer = `\nanswer ${nonce}\nexport\nlean-docker-mcp-export 1\nend\n`;

/** Text cut at these places. */
function cut(text: string, places: readonly number[]): Buffer[] {
  const at = [...places].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => Buffer.from(text.slice(from, at[index] ?? text.length)));
}

describe('the end of an answer', () => {
  it('is not what the text has written in its name', () => {
    expect(new AnswerEnd(nonce).take(Buffer.from(forged))).toBe(false);
  });

  it('is found in whatever pieces it comes, after whatever came before, and no earlier', () => {
    const places = fc.array(fc.nat(forged.length + answer.length), { maxLength: 40 });
    fc.assert(
      fc.property(places, fc.constantFrom('', 'x', forged), (where, before) => {
        const end = new AnswerEnd(nonce);
        const whole = `${before}${answer}`;
        let given = '';
        for (const piece of cut(whole, where)) {
          given += piece.toString();
          expect(end.take(piece)).toBe(given === whole);
          if (given === whole) break;
        }
        expect(readAnswer(Buffer.from(whole), nonce)?.kind).toBe('elaborated');
      }),
    );
  });
});
