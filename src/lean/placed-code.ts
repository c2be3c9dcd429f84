import type { Position } from './diagnostic.ts';
import { countLines, LineIndex } from './source/line-index.ts';

/** Code at the end of a text, from the start of a line on. */
export class PlacedCode {
  /** The whole text. */
  readonly text: string;
  readonly code: string;
  /** Where it begins in the text. */
  readonly start: number;
  /** Lines of the text before its first line. */
  readonly linesBefore: number;
  #lines: LineIndex | undefined;

  /** @param kept what is in the text for the code: the same, with parts blanked out */
  constructor(before: string, code: string, kept: string) {
    this.text = before + kept;
    this.code = code;
    this.start = before.length;
    this.linesBefore = countLines(before) - 1;
  }

  /** Positions in the whole text. */
  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }

  /** Where an offset of the code is in the text. */
  inText(offset: number): number {
    const { line, character } = new LineIndex(this.code).lspPosition(offset);
    return this.lines.offsetOfLsp({ line: line + this.linesBefore, character });
  }

  /** The place in the code of one in the text; `undefined` when it is before the code. */
  inCode({ line, column }: Position): Position | undefined {
    return line > this.linesBefore ? { line: line - this.linesBefore, column } : undefined;
  }
}
