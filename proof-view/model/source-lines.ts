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
  readonly as: Severity;
}

export interface Piece {
  /** Column of its first character. */
  readonly column: number;
  /** What is shown: a character for each of the text, those that would hide something replaced. */
  readonly text: string;
  readonly look: Look | undefined;
  readonly mark: Severity | undefined;
  /** Belongs to the place that the call is about. */
  readonly isPlace: boolean;
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

/**
 * Cuts a text. What is marked outside of it moves to the nearest place inside; what is empty takes the next character.
 *
 * @param place that the call is about, if it is about one
 */
export function sourceLines(code: string, marks: readonly Mark[], place?: Span): SourceLine[] {
  const index = new LineIndex(code);
  const looks = tokenKinds(code);
  const marked = spread(
    code,
    marks.map(({ as, ...span }) => [span, as] as const),
    index,
  );
  const placed = spread(code, place ? [[place, true]] : [], index);
  return lineRanges(code).map(({ start, end }, line) => {
    const pieces: Writable<Piece>[] = [];
    let column = 0;
    for (let at = start; at < end; column += 1) {
      const character = String.fromCodePoint(code.codePointAt(at) ?? 0);
      const isHidden = isInvisible(character);
      const piece = { look: looks[at], mark: marked[at], isPlace: placed[at] === true, isHidden };
      const text = isHidden ? replacement : character;
      const last = pieces.at(-1);
      if (last && looksLike(last, piece)) last.text += text;
      else pieces.push({ column, text, ...piece });
      at += character.length;
    }
    return { number: line + 1, length: column, pieces };
  });
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type Appearance = Omit<Piece, 'column' | 'text'>;

function looksLike(a: Appearance, b: Appearance): boolean {
  return a.look === b.look && a.mark === b.mark && a.isPlace === b.isPlace && a.isHidden === b.isHidden;
}

/** Whether a character is told by a name wherever this program shows text. */
function isInvisible(character: string): boolean {
  const isPlain = character >= ' ' && character <= '~';
  return !isPlain && makeVisible(character) !== character;
}

/** By offset in UTF-16 units, what was said last about it; sparse. */
function spread<Value>(
  code: string,
  spans: readonly (readonly [Span, Value])[],
  index: LineIndex,
): (Value | undefined)[] {
  const said: (Value | undefined)[] = [];
  for (const [{ line, column, end_line: endLine, end_column: endColumn }, value] of spans) {
    const start = index.offsetOfLean({ line, column });
    const end = Math.max(start + 1, index.offsetOfLean({ line: endLine, column: endColumn }));
    for (let at = start; at < Math.min(end, code.length); at += 1) said[at] = value;
  }
  return said;
}

/** Where the text of each line begins and ends, its line end left out. */
function lineRanges(code: string): { readonly start: number; readonly end: number }[] {
  let start = 0;
  const lines = code.split('\n');
  return lines.map((line, number) => {
    const hasReturn = line.endsWith('\r') && number < lines.length - 1;
    const range = { start, end: start + line.length - (hasReturn ? 1 : 0) };
    start += line.length + 1;
    return range;
  });
}
