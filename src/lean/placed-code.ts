import type { Position } from './diagnostic.ts';
import { LineIndex } from './source/line-index.ts';

/** Code as a part of a text, from the start of a line on; what is before its own first command may be blanked out there. */
export class PlacedCode {
  /** The whole text. */
  readonly text: string;
  readonly code: string;
  /** Lines of the text before the code's first line. */
  readonly linesBefore: number;
  #lines: LineIndex | undefined;

  constructor(text: string, code: string, linesBefore: number) {
    this.text = text;
    this.code = code;
    this.linesBefore = linesBefore;
  }

  /** Positions in the whole text. */
  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }

  /** Where the code begins in the text. */
  get start(): number {
    return this.lines.offsetOfLsp({ line: this.linesBefore, character: 0 });
  }

  /** Where an offset of the code is in the text. */
  inText(offset: number): number {
    const { line, character } = new LineIndex(this.code).lspPosition(offset);
    return this.lines.offsetOfLsp({ line: line + this.linesBefore, character });
  }

  /** The position in the code of an offset in the text; `undefined` when it is before the code. */
  inCode(offset: number): Position | undefined {
    const { line, column } = this.lines.leanPosition(offset);
    return line > this.linesBefore ? { line: line - this.linesBefore, column } : undefined;
  }
}
