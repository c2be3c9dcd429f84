/*
 * The tokens of a printed type: names, numbers, brackets, commas, runs of other ASCII signs, and every other sign by
 * itself. Not Lean's own, which depend on the notation that is open; types and patterns are cut in the same way.
 */

const nameStart = String.raw`[\p{L}_]|«[^«»]*»`;
const nameRest = String.raw`[\p{L}\p{Nd}_'!?.\u2080-\u2089]|«[^«»]*»`;
const token = new RegExp(
  [
    `(?:${nameStart})(?:${nameRest})*`,
    String.raw`\p{Nd}+(?:\.\p{Nd}+)?`,
    String.raw`[()[\]{}⟨⟩⟪⟫,]`,
    "[!#$%&*+\\-./:;<=>?@\\\\^`|~']+",
    String.raw`\S`,
  ].join('|'),
  'gu',
);

/** In pairs, what opens before what closes. */
export const brackets = ['(', ')', '[', ']', '{', '}', '⟨', '⟩', '⟪', '⟫'] as const;

/** Stands for any run of tokens in which every bracket has its counterpart. */
export const hole = '_';

/** Cuts a printed type, or a pattern of one. */
export function tokensOf(text: string): string[] {
  return text.match(token) ?? [];
}

/** The tokens of a whole conclusion, or of the form of one: parentheses around all of it say nothing. */
export function conclusionTokens(text: string): string[] {
  const tokens = tokensOf(text);
  const counterparts = counterpartsOf(tokens);
  let [start, end] = [0, tokens.length - 1];
  while (end - start > 1 && counterparts.get(start) === end) [start, end] = [start + 1, end - 1];
  return tokens.slice(start, end + 1);
}

/** Where each parenthesis is closed. */
function counterpartsOf(tokens: readonly string[]): Map<number, number> {
  const counterparts = new Map<number, number>();
  const open: number[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token === '(') open.push(at);
    else if (token === ')') {
      const opened = open.pop();
      if (opened !== undefined) counterparts.set(opened, at);
    }
  }
  return counterparts;
}
