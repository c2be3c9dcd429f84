/*
 * A text cut into lines, and these into pieces that look the same all over: of one kind, under one message. Columns count code
 * points, as Lean's do.
 */
import { makeVisible } from '../../src/core/visible-text.ts';
import type { Severity } from '../../src/lean/diagnostic.ts';
import { LineIndex } from '../../src/lean/source/line-index.ts';
import { tokenKinds, type Look } from './token-kinds.ts';

/** A part of a text, as results tell it: lines from 1, columns from 0. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

/** What is drawn under a part of the text; what comes later in a list lies above. */
export interface Mark extends Span {
  readonly as: Severity | 'place';
}

export interface Piece {
  /** Column of its first character. */
  readonly column: number;
  /** What is shown: a character for each of the text, those that would hide something replaced. */
  readonly text: string;
  readonly look: Look | undefined;
  readonly mark: Mark['as'] | undefined;
  /** Stands for a character that nobody could see, or that turns others around. */
  readonly isHidden: boolean;
}

export interface SourceLine {
  /** From 1. */
  readonly number: number;
  /** In code points. */
  readonly length: number;
  readonly pieces: readonly Piece[];
}

/** Stands for what cannot be seen. */
export const replacement = '\u{fffd}';

/** Cuts a text. What is marked outside of it moves to the nearest place inside; what is empty takes the next character. */
export function sourceLines(code: string, marks: readonly Mark[]): SourceLine[] {
  const index = new LineIndex(code);
  const looks = tokenKinds(code);
  const marked = marksIn(code, marks, index);
  return lineRanges(code).map(({ start, end }, line) => {
    const pieces: { column: number; text: string; look?: Look; mark?: Mark['as']; isHidden: boolean }[] = [];
    let column = 0;
    for (let at = start; at < end; column += 1) {
      const character = String.fromCodePoint(code.codePointAt(at) ?? 0);
      const isHidden = isInvisible(character);
      const look = looks[at];
      const mark = marked[at];
      const last = pieces.at(-1);
      const text = isHidden ? replacement : character;
      if (last?.look === look && last?.mark === mark && last?.isHidden === isHidden) last.text += text;
      else pieces.push({ column, text, ...(look && { look }), ...(mark && { mark }), isHidden });
      at += character.length;
    }
    const shown = pieces.map(({ look, mark, ...piece }) => ({ ...piece, look, mark }));
    return { number: line + 1, length: column, pieces: shown };
  });
}

/** Whether a character is told by a name wherever this program shows text. */
function isInvisible(character: string): boolean {
  const isPlain = character >= ' ' && character <= '~';
  return !isPlain && makeVisible(character) !== character;
}

function marksIn(code: string, marks: readonly Mark[], index: LineIndex): (Mark['as'] | undefined)[] {
  const marked: (Mark['as'] | undefined)[] = [];
  for (const { line, column, end_line: endLine, end_column: endColumn, as } of marks) {
    const start = index.offsetOfLean({ line, column });
    const end = Math.max(start + 1, index.offsetOfLean({ line: endLine, column: endColumn }));
    for (let at = start; at < Math.min(end, code.length); at += 1) marked[at] = as;
  }
  return marked;
}

/** Where the text of each line begins and ends, its line end left out. */
function lineRanges(code: string): { readonly start: number; readonly end: number }[] {
  let start = 0;
  return code.split('\n').map((line) => {
    const range = { start, end: start + line.length - (line.endsWith('\r') ? 1 : 0) };
    start += line.length + 1;
    return range;
  });
}
