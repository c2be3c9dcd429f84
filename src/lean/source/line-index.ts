import type { Position } from '../diagnostic.ts';

/** A place in a text as the Language Server Protocol counts: lines from 0, UTF-16 units from 0. */
export interface LspPosition {
  readonly line: number;
  readonly character: number;
}

/**
 * Converts between UTF-16 offsets, LSP positions and Lean's positions in one text. Lines end as Lean ends them: at a
 * line feed, together with a carriage return right before it; a lone carriage return ends no line. Places outside of
 * the text or of their line move to the nearest one inside, places inside a line end to its start.
 *
 * Building it is linear in the text, each conversion logarithmic.
 */
export class LineIndex {
  readonly #lineStarts: number[] = [0];
  /** Where each line's text ends, its line end left out. */
  readonly #lineEnds: number[] = [];
  /** Starts of the surrogate pairs, of which Lean counts each as one. */
  readonly #pairs: number[] = [];

  constructor(text: string) {
    for (let offset = text.indexOf('\n'); offset >= 0; offset = text.indexOf('\n', offset + 1)) {
      this.#lineEnds.push(offset > 0 && text.charCodeAt(offset - 1) === 0x0d ? offset - 1 : offset);
      this.#lineStarts.push(offset + 1);
    }
    this.#lineEnds.push(text.length);
    const firstPair = text.search(/[\ud800-\udbff]/);
    for (let offset = firstPair; offset >= 0 && offset < text.length; offset += 1) {
      if (text.charCodeAt(offset) >= 0xd800 && (text.codePointAt(offset) ?? 0) > 0xffff) this.#pairs.push(offset);
    }
  }

  /** Number of lines; a text that ends in a line feed has an empty last one. */
  get lineCount(): number {
    return this.#lineStarts.length;
  }

  lspPosition(offset: number): LspPosition {
    const { line, start, inside } = this.#locate(offset);
    return { line, character: inside - start };
  }

  leanPosition(offset: number): Position {
    const { line, start, inside } = this.#locate(offset);
    return { line: line + 1, column: this.#codePoints(inside) - this.#codePoints(start) };
  }

  offsetOfLsp(position: LspPosition): number {
    const { start, end, clamped } = this.#line(position.line);
    return clamped ?? Math.min(start + atLeastZero(position.character), end);
  }

  offsetOfLean(position: Position): number {
    const { start, end, clamped } = this.#line(position.line - 1);
    if (clamped !== undefined) return clamped;
    const target = this.#codePoints(start) + atLeastZero(position.column);
    // The k-th pair (from 0) starts at code point pair - k, so pairs before the target add one unit each.
    const pairsBefore = lowerBound(this.#pairs.length, (k) => (this.#pairs[k] ?? 0) - k >= target);
    return Math.min(target + pairsBefore, end);
  }

  lspOfLean(position: Position): LspPosition {
    return this.lspPosition(this.offsetOfLean(position));
  }

  leanOfLsp(position: LspPosition): Position {
    return this.leanPosition(this.offsetOfLsp(position));
  }

  #line(line: number): { start: number; end: number; clamped?: number } {
    const start = this.#lineStarts[line];
    const end = this.#lineEnds[line];
    if (start !== undefined && end !== undefined) return { start, end };
    const last = this.#lineEnds.at(-1) ?? 0;
    return { start: 0, end: last, clamped: line >= this.lineCount ? last : 0 };
  }

  #locate(offset: number): { line: number; start: number; inside: number } {
    const wanted = atLeastZero(offset);
    const line = lowerBound(this.lineCount, (index) => (this.#lineStarts[index] ?? 0) > wanted) - 1;
    const start = this.#lineStarts[line] ?? 0;
    return { line, start, inside: Math.min(wanted, this.#lineEnds[line] ?? 0) };
  }

  /** Code points before an offset; an offset inside a surrogate pair counts as its start. */
  #codePoints(offset: number): number {
    return offset - lowerBound(this.#pairs.length, (k) => (this.#pairs[k] ?? 0) >= offset);
  }
}

/** How many lines a text has; one that ends in a line feed has an empty last one. */
export function countLines(text: string): number {
  let lines = 1;
  for (let offset = text.indexOf('\n'); offset >= 0; offset = text.indexOf('\n', offset + 1)) lines += 1;
  return lines;
}

function atLeastZero(value: number): number {
  return Number.isNaN(value) ? 0 : Math.max(0, Math.trunc(value));
}

/** The first index below `length` for which a monotonic test holds; `length` when there is none. */
function lowerBound(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
