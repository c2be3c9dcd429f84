/*
 * Tactics that are put into a proof to see what they do. They go in parentheses: so they fit wherever one tactic does,
 * several lines of them keep their shape, and Lean has a state for all of them together. For that they must be closed in
 * themselves, or what stands behind them in the text would become part of them.
 */
import { Pieces } from '../../core/pieces.ts';
import { closers, closingOf } from './brackets.ts';
import { tokenize } from './lexer.ts';
import { countLines, LineIndex } from './line-index.ts';
import type { Token } from './token.ts';

/** Why a piece of code cannot stand in parentheses; `undefined` when it can. */
export async function unbalanced(code: string): Promise<string | undefined> {
  const pieces = new Pieces();
  const open: string[] = [];
  const guarded = `${code}\n)`;
  for (const { kind, start, end } of tokenize(guarded)) {
    if (pieces.stepEnds()) await pieces.next();
    if (start === code.length + 1) {
      const missing = open.at(-1);
      return missing === undefined ? undefined : `a ${missing} is missing at its end`;
    }
    if (end > code.length) return `${kind === 'symbol' ? 'a symbol' : `a ${kind}`} in it is never closed`;
    if (kind !== 'symbol') continue;
    const closing = closingOf[guarded.slice(start, end)];
    const first = guarded.charAt(start);
    if (closing !== undefined) open.push(closing);
    else if (closers.has(first) && open.pop() !== first) return `it has a ${first} that closes nothing`;
  }
  return 'a comment in it is never closed';
}

/**
 * Shifts code to where it is to stand: its first line begins at a column, and the others keep their place below it.
 *
 * @param column from 0, in code points
 */
export async function indentAt(code: string, column: number): Promise<string> {
  const text = code
    .replaceAll('\r\n', '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  const literal = await linesInStrings(text);
  const lines = text.split('\n');
  const common = lines.reduce((least, line, index) => {
    const indent = literal.has(index) ? -1 : line.search(/\S/);
    return indent < 0 ? least : Math.min(least, indent);
  }, Infinity);
  const shift = (line: string, index: number): string => {
    if (literal.has(index)) return line;
    const shifted = line.slice(common);
    return index === 0 || shifted.trim() === '' ? shifted : ' '.repeat(column) + shifted;
  };
  return lines.map(shift).join('\n');
}

/** How long {@link indentAt} makes code at most, in UTF-16 units. */
export function indentedLength(code: string, column: number): number {
  return code.length + countLines(code) * column;
}

/** An attempt as it is put into a text. */
export interface PlacedAttempt {
  readonly text: string;
  /** Where the attempt's own first line begins in it. */
  readonly contentStart: number;
  /** How far its other lines are indented. */
  readonly indent: number;
  /** Where Lean shows the state after all of it. */
  readonly stateAfter: number;
}

/**
 * Puts an attempt into parentheses, and behind `by` where a term is wanted.
 *
 * @param column where it is to begin, from 0 in code points
 */
export async function placeAttempt(code: string, kind: 'tactic' | 'term', column: number): Promise<PlacedAttempt> {
  const opening = kind === 'term' ? '(by (' : '(';
  const indent = column + opening.length;
  const content = await indentAt(code, indent);
  // Behind a comment to the end of the line only the next line is read.
  const closing = (await endsInLineComment(content)) ? `\n${' '.repeat(column)})` : ')';
  const body = opening + content + closing;
  // Lean shows a state behind a tactic as long as white space follows.
  return {
    text: `${body} ${kind === 'term' ? ')' : ''}`,
    contentStart: opening.length,
    indent,
    stateAfter: body.length,
  };
}

async function endsInLineComment(code: string): Promise<boolean> {
  const pieces = new Pieces();
  let last: Token | undefined;
  for (const token of tokenize(code)) {
    if (pieces.stepEnds()) await pieces.next();
    last = token;
  }
  return last?.kind === 'comment' && code.startsWith('--', last.start);
}

/** Lines, from 0, that begin in a string: their spaces mean something. */
async function linesInStrings(text: string): Promise<ReadonlySet<number>> {
  const pieces = new Pieces();
  const lines = new Set<number>();
  const index = new LineIndex(text);
  for (const { kind, start, end } of tokenize(text)) {
    if (pieces.stepEnds()) await pieces.next();
    if (kind !== 'string') continue;
    const last = index.lspPosition(end).line;
    for (let { line } = index.lspPosition(start); line < last; line += 1) lines.add(line + 1);
  }
  return lines;
}
