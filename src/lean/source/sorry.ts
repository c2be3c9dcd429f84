import { endOfSource } from './end-of-source.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './token.ts';

/** A `sorry` in a text, or the tactic `admit`, which means the same. Offsets are in UTF-16 units. */
export interface SorryPlace {
  /** From 1, in the order of the text. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** Where the tactic `exact sorry` begins whose only term it is. */
  readonly exactStart?: number;
}

/** Words that leave a proof open. */
const placeholders: ReadonlySet<string> = new Set(['sorry', 'admit']);
/** The same, and what `sorry` stands for. */
const openWords: ReadonlySet<string> = new Set([...placeholders, 'sorryAx']);
/** Symbols that end a tactic on its line; `<` begins `<;>`. */
const tacticEnds: ReadonlySet<string> = new Set([')', ']', '}', '⟩', ';', '|', ',', '<']);

/**
 * Finds each `sorry` that Lean would read in a text: not in comments, strings or names. Free of cost where the word does
 * not occur, else linear in the length of the text.
 */
export function findSorries(code: string): readonly SorryPlace[] {
  if (![...placeholders].some((word) => code.includes(word))) return [];
  const tokens = codeTokens(code);
  const places: SorryPlace[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    if (!isWord(code, token, before, placeholders)) return;
    const isExact = before !== undefined && code.slice(before.start, before.end) === 'exact';
    places.push({
      number: places.length + 1,
      start: token.start,
      end: token.end,
      ...(isExact && endsTactic(code, token, tokens[index + 1]) && { exactStart: before.start }),
    });
  });
  return places;
}

/** Whether a piece of code says that it leaves something open. */
export function saysSorry(code: string): boolean {
  if (![...openWords].some((word) => code.includes(word))) return false;
  const tokens = codeTokens(code);
  return tokens.some((token, index) => isWord(code, token, tokens[index - 1], openWords));
}

function codeTokens(code: string): readonly Token[] {
  const read = code.slice(0, endOfSource(code));
  return [...tokenize(read)].filter(({ kind }) => kind !== 'comment' && kind !== 'doc-comment');
}

function isWord(code: string, token: Token, before: Token | undefined, words: ReadonlySet<string>): boolean {
  if (token.kind !== 'identifier' || !words.has(code.slice(token.start, token.end))) return false;
  // `(x).sorry` is a field.
  return !(before?.end === token.start && code[before.start] === '.');
}

function endsTactic(code: string, { end }: Token, next: Token | undefined): boolean {
  if (next === undefined || code.slice(end, next.start).includes('\n')) return true;
  return tacticEnds.has(code.slice(next.start, next.end));
}
