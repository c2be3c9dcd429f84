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
  let tokens = tokensOf(text);
  while (tokens[0] === '(' && isOneGroup(tokens)) tokens = tokens.slice(1, -1);
  return tokens;
}

/** Whether the last parenthesis is the counterpart of the first token, which is one. */
function isOneGroup(tokens: readonly string[]): boolean {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    if (depth === 0) return at === tokens.length - 1 && at > 1;
  }
  return false;
}
