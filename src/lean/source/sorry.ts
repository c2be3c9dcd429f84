import { Pieces } from '../../core/pieces.ts';
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
export async function findSorries(code: string): Promise<readonly SorryPlace[]> {
  const places: SorryPlace[] = [];
  for await (const { token, before, after } of wordsAmong(code, placeholders)) {
    const isExact = before !== undefined && code.slice(before.start, before.end) === 'exact';
    places.push({
      number: places.length + 1,
      start: token.start,
      end: token.end,
      ...(isExact && endsTactic(code, token, after) && { exactStart: before.start }),
    });
  }
  return places;
}

/** Whether a piece of code says that it leaves something open. */
export async function saysSorry(code: string): Promise<boolean> {
  const { done } = await wordsAmong(code, openWords).next();
  return done !== true;
}

/** A word with the tokens beside it, comments left out. */
interface Word {
  readonly token: Token;
  readonly before: Token | undefined;
  readonly after: Token | undefined;
}

/** The words of a text that are among some. */
async function* wordsAmong(code: string, words: ReadonlySet<string>): AsyncGenerator<Word, void, undefined> {
  if (![...words].some((word) => code.includes(word))) return;
  const pieces = new Pieces();
  const read = code.slice(0, await endOfSource(code));
  let before: Token | undefined;
  let token: Token | undefined;
  for (const after of tokenize(read)) {
    if (pieces.stepEnds()) await pieces.next();
    if (after.kind === 'comment' || after.kind === 'doc-comment') continue;
    if (token !== undefined && isWord(code, token, before, words)) yield { token, before, after };
    before = token;
    token = after;
  }
  if (token !== undefined && isWord(code, token, before, words)) yield { token, before, after: undefined };
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
