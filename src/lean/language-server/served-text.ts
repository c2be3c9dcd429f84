import type { Diagnostic } from '../diagnostic.ts';
import { moveDiagnostic } from '../moved-diagnostics.ts';
import { readHeader } from '../source/header.ts';
import { countLines, LineIndex } from '../source/line-index.ts';
import { blankHeader, plainHeader } from '../source/plain-header.ts';
import type { LspPosition } from './lean-protocol.ts';

/**
 * A text as the language server gets it: with its header in plain form, where it has one, and the text below without it.
 * The server has then imported the header already when it was given another text with the same imports, however that
 * writes them.
 */
export class ServedText {
  readonly text: string;
  readonly document: string;
  /** Lines of the document before the text's first line. */
  readonly #added: number;
  /** For lines of the plain header, the text's line with the import. */
  readonly #importLines: readonly (number | undefined)[];
  #lines: LineIndex | undefined;

  constructor(text: string) {
    const header = plainHeader(text) ?? '';
    this.text = text;
    this.document = header === '' ? text : header + blankHeader(text);
    this.#added = countLines(header) - 1;
    const written = readHeader(text).imports;
    this.#importLines = header === '' ? [] : importLines(header, written);
  }

  /** Where a place in the text, as an offset, is in the document. */
  inDocument(offset: number): LspPosition {
    const { line, character } = this.#index.lspPosition(offset);
    return { line: line + this.#added, character };
  }

  /** Where a place in the document is in the text, as an offset; its start for one in the plain header. */
  inText({ line, character }: LspPosition): number {
    return line < this.#added ? 0 : this.#index.offsetOfLsp({ line: line - this.#added, character });
  }

  /** A line of the document as one of the text; both from 1. */
  lineInText(line: number): number {
    return line > this.#added ? line - this.#added : (this.#importLines[line - 1] ?? 1);
  }

  /** A message about the document as one about the text. */
  diagnosticInText(diagnostic: Diagnostic): Diagnostic {
    if (this.#added === 0) return diagnostic;
    const by = this.lineInText(diagnostic.start.line) - diagnostic.start.line;
    return moveDiagnostic(diagnostic, ({ line, column }) => ({
      line: Math.max(diagnostic.start.line, line) + by,
      column,
    }));
  }

  get #index(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }
}

/** Versions of Lean that report a failing import at the first line, whichever it is, mean the first one. */
function importLines(header: string, written: readonly { readonly module: string; readonly line: number }[]) {
  const lineOf = new Map(written.toReversed().map(({ module, line }) => [module, line]));
  const lines: (number | undefined)[] = [];
  for (const { module, line } of readHeader(header).imports) lines[line - 1] = lineOf.get(module);
  return lines;
}
