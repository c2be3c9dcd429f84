/** A text with a part of it replaced, and the way back from its offsets. All offsets are in UTF-16 units. */
export class Splice {
  readonly text: string;
  /** Where the replacement begins, in both texts. */
  readonly start: number;
  /** Where the replacement ends in the new text. */
  readonly end: number;
  readonly #baseEnd: number;

  constructor(base: string, start: number, end: number, replacement: string) {
    this.text = base.slice(0, start) + replacement + base.slice(end);
    this.start = start;
    this.end = start + replacement.length;
    this.#baseEnd = end;
  }

  /** Whether an offset in the new text is in the replacement, its end included. */
  isInside(offset: number): boolean {
    return offset >= this.start && offset <= this.end;
  }

  /** The offset in the old text; for one in the replacement, the nearest end of what was replaced. */
  toBase(offset: number): number {
    if (offset <= this.start) return offset;
    return this.#baseEnd + Math.max(0, offset - this.end);
  }
}
