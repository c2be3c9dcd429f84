import type { LspPosition, LspRange, LspSymbol } from './language-server/lean-protocol.ts';
import { LineIndex } from './source/line-index.ts';

/**
 * The full name of the declaration around a place in a document.
 *
 * @param symbols the document's outline
 * @returns `undefined` where there is none, or none with a name
 */
export function declarationName(
  symbols: readonly LspSymbol[],
  document: string,
  place: LspPosition,
): string | undefined {
  const lines = new LineIndex(document);
  const path: string[] = [];
  let around: readonly LspSymbol[] = symbols;
  for (;;) {
    const symbol = around.find(({ range }) => holds(range, place));
    if (symbol === undefined) return undefined;
    const { name, children, range } = symbol;
    if ((children ?? []).length === 0) return isName(name) ? [...path, name].join('.') : undefined;
    // The outline has sections among namespaces; they are no part of names.
    if (
      !/^(?:[a-z@[\]]+\s+)*section\b/.test(document.slice(lines.offsetOfLsp(range.start), lines.offsetOfLsp(range.end)))
    ) {
      path.push(name);
    }
    around = children ?? [];
  }
}

function isName(text: string): boolean {
  return !/\s/.test(text) && text !== 'example' && text !== 'instance' && !text.startsWith('<');
}

function holds({ start, end }: LspRange, place: LspPosition): boolean {
  return !isBefore(place, start) && !isBefore(end, place);
}

function isBefore(a: LspPosition, b: LspPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
