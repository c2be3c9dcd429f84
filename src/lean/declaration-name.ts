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
    const start = lines.offsetOfLsp(range.start);
    if (!sectionWord.test(document.slice(start, start + longestPrefix))) path.push(name);
    if (path.length > deepestName || name.length > longestPart) return undefined;
    around = children ?? [];
  }
}

const sectionWord = /^(?:[a-z@[\]]+\s+)*section\b/;
/** Enough for the words before `section`. */
const longestPrefix = 200;
/** Names of more parts, and longer ones, are not asked about. */
const deepestName = 100;
const longestPart = 1000;

function isName(text: string): boolean {
  return (
    text.length <= longestPart && !/\s/.test(text) && text !== 'example' && text !== 'instance' && !text.startsWith('<')
  );
}

function holds({ start, end }: LspRange, place: LspPosition): boolean {
  return !isBefore(place, start) && !isBefore(end, place);
}

function isBefore(a: LspPosition, b: LspPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
