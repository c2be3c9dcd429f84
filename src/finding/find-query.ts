import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { maxPatternTokens } from './pattern.ts';
import { conclusionTokens, hole, tokensOf } from './tokens.ts';
import { smallestWords } from './words.ts';

/** What a query asks for; a declaration is found when all of it holds. */
export interface FindQuery {
  /** The query itself, without blanks around it: the declaration of this name comes first. */
  readonly text: string;
  /** Each begins a word of the name or of the doc string. */
  readonly words: readonly string[];
  /** In lower case; each occurs in the name. */
  readonly quoted: readonly string[];
  /** Each is mentioned in the type, or occurs in the name. */
  readonly constants: readonly string[];
  /** Tokens that the conclusion of the type is made of. */
  readonly pattern?: readonly string[];
}

const quotes = /"([^"]*)"|`([^`]*)`/gu;
const turnstile = /⊢|\|-/u;
/** A name with its namespace, as `Nat.succ`. */
const constant = /^\p{Lu}[^\s.]*(?:\.[^\s.]+)+$/u;
const maxParts = 20;

/**
 * Reads a query.
 *
 * @throws AppError `usage` when there is nothing in it to look for, or too much
 */
export function parseFindQuery(query: string): FindQuery {
  const quoted: string[] = [];
  const rest = query.replace(quotes, (_, double: string | undefined, back: string | undefined) => {
    const part = (double ?? back ?? '').trim().toLowerCase();
    if (part !== '') quoted.push(part);
    return ' ';
  });
  const [sign] = turnstile.exec(rest) ?? [];
  const at = sign === undefined ? rest.length : rest.indexOf(sign);
  const behind = conclusionTokens(rest.slice(at + (sign?.length ?? 0)));
  const isPattern = sign === undefined && tokensOf(rest).includes(hole);
  const pattern = isPattern ? conclusionTokens(rest) : behind;
  const inWords = isPattern ? [] : rest.slice(0, at).split(/\s+/u);
  const parsed: FindQuery = {
    text: query.trim(),
    quoted,
    constants: inWords.filter((word) => constant.test(word)),
    words: inWords.filter((word) => !constant.test(word)).flatMap(smallestWords),
    ...(pattern.length > 0 && { pattern }),
  };
  requireUsable(parsed, query);
  return parsed;
}

function requireUsable({ words, quoted, constants, pattern = [] }: FindQuery, query: string): void {
  const parts = words.length + quoted.length + constants.length;
  if (parts + pattern.length === 0) {
    throw new AppError(failures.usage.nothingToFind, `There is nothing to look for in ${JSON.stringify(query)}.`);
  }
  if (parts > maxParts) {
    throw new AppError(
      failures.usage.queryTooLong,
      `The query has ${parts} words; at most ${maxParts} are looked for.`,
    );
  }
  if (pattern.length > maxPatternTokens) {
    throw new AppError(
      failures.usage.queryTooLong,
      `The pattern has ${pattern.length} tokens; at most ${maxPatternTokens} are looked for.`,
    );
  }
}
