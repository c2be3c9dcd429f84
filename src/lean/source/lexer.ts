/*
 * Lean's tokens, without Lean's token table: which symbols are one token depends on the notations that the code
 * imports and defines, so symbols come out as single characters, a few of Lean's own excepted. What matters is exact:
 * what is code and what is a comment, a string or a character.
 */
import { blockCommentEnd, currentComments, isDocComment, isSpace, lineEnd, skipBlank } from './comment.ts';
import { IdentifierReader, width } from './identifier.ts';
import { startsInterpolation } from './interpolation.ts';
import { charLiteralEnd, numberEnd, rawStringEnd, readString } from './literal.ts';
import type { Token } from './token.ts';

/**
 * Splits Lean source into tokens; only white space lies between them. Takes any text: what never closes reaches to the
 * end, and a character that starts nothing is a symbol. Linear in the length of the text.
 */
export function* tokenize(code: string): Generator<Token, void, undefined> {
  const identifiers = new IdentifierReader(code);
  const bracesInHoles: number[] = [];
  const recent: Token[] = [];
  let position = skipSpace(code, 0);
  while (position < code.length) {
    const c = code[position];
    const depth = bracesInHoles.at(-1);
    let token: Token;
    if (c === '"' || (c === '}' && depth === 0)) {
      const interpolated = c === '}' || startsInterpolation(code, recent, position);
      const piece = readString(code, position + 1, interpolated);
      if (c === '}') bracesInHoles.pop();
      if (piece.opensHole) bracesInHoles.push(0);
      token = { kind: 'string', start: position, end: piece.end };
    } else {
      if (depth !== undefined && c === '{') bracesInHoles[bracesInHoles.length - 1] = depth + 1;
      if (depth !== undefined && c === '}') bracesInHoles[bracesInHoles.length - 1] = depth - 1;
      token = readToken(code, position, identifiers);
    }
    yield token;
    if (token.kind !== 'comment') recent.push(token);
    if (recent.length > 4) recent.shift();
    position = skipSpace(code, token.end);
  }
}

function readToken(code: string, start: number, identifiers: IdentifierReader): Token {
  if (code.startsWith('--', start)) return { kind: 'comment', start, end: lineEnd(code, start) };
  if (code.startsWith('/-', start)) return readBlockComment(code, start);
  const literal = code[start] === "'" ? charLiteralEnd(code, start) : undefined;
  if (literal !== undefined) return { kind: 'char', start, end: literal };
  const rawEnd = rawStringEnd(code, start);
  if (rawEnd !== undefined) return { kind: 'string', start, end: rawEnd };
  const number = numberEnd(code, start);
  if (number > start) return { kind: 'number', start, end: number };
  const identifier = identifiers.end(start);
  if (identifier > start) return { kind: 'identifier', start, end: identifier };
  const backticks = code.startsWith('``', start) ? 2 : code[start] === '`' ? 1 : 0;
  const name = identifiers.end(start + backticks);
  if (backticks > 0 && name > start + backticks) return { kind: 'name', start, end: name };
  return { kind: 'symbol', start, end: symbolEnd(code, start) };
}

function readBlockComment(code: string, start: number): Token {
  const isDoc = isDocComment(code, start, currentComments);
  // Like any token, the opening of a documentation comment takes the comments behind it along: `/-- -- x -/` is open.
  const text = isDoc ? skipBlank(code, start + 3, currentComments).end : start + 3;
  const end = blockCommentEnd(code, text, currentComments) ?? code.length;
  return { kind: isDoc ? 'doc-comment' : 'comment', start, end };
}

/** Symbols that would read as the start of a comment or of a character if they were taken apart. */
const joined: ReadonlySet<string> = new Set(['//', '<-', '\\/', "]'", "''"]);

function symbolEnd(code: string, start: number): number {
  return joined.has(code.slice(start, start + 2)) ? start + 2 : start + width(code.codePointAt(start) ?? 0);
}

function skipSpace(code: string, start: number): number {
  let position = start;
  while (isSpace(code.charCodeAt(position))) position += 1;
  return position;
}
