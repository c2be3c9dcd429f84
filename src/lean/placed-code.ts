import type { Position } from './diagnostic.ts';
import type { LspPosition } from './language-server/lean-protocol.ts';
import { LineIndex } from './source/line-index.ts';

/** Code as a part of a server's document, from the start of a line on. */
export class PlacedCode {
  readonly code: string;
  /** Lines of the document before the code's first line. */
  readonly linesBefore: number;
  #lines: LineIndex | undefined;

  constructor(code: string, linesBefore: number) {
    this.code = code;
    this.linesBefore = linesBefore;
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.code);
    return this.#lines;
  }

  /** Where an offset of the code is in the document. */
  readonly toLsp = (offset: number): LspPosition => {
    const { line, character } = this.lines.lspPosition(offset);
    return { line: line + this.linesBefore, character };
  };

  /** A place in the document as one in the code; `undefined` when it is before the code. */
  fromLsp({ line, character }: LspPosition): Position | undefined {
    const inCode = line - this.linesBefore;
    return inCode < 0 ? undefined : this.lines.leanOfLsp({ line: inCode, character });
  }
}
