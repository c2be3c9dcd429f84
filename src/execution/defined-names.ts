import type { LspSymbol } from '../lean/lean-server.ts';
import { hiddenDeclarations } from '../lean/source/hidden-declarations.ts';
import { LineIndex } from '../lean/source/line-index.ts';

/**
 * The full names of what a text defines behind its first lines, from Lean's outline of it and from what that leaves out.
 * What has no name (an `example`, an instance without one) is left out.
 */
export function definedNames(symbols: readonly LspSymbol[], text: string, linesBefore: number): readonly string[] {
  const lines = new LineIndex(text);
  const visit = ({ name, range, selectionRange, children }: LspSymbol, namespace: string): string[] => {
    const start = lines.offsetOfLsp(range.start);
    const word = scopeWord.exec(text.slice(start, start + longestPrefix))?.[1];
    if (word !== undefined) {
      const inside = word === 'namespace' ? `${namespace}${name}.` : namespace;
      return (children ?? []).flatMap((child) => visit(child, inside));
    }
    if (selectionRange.start.line < linesBefore || nameless.test(name)) return [];
    return [name.startsWith(root) ? name.slice(root.length) : namespace + name];
  };
  const outlined = symbols.flatMap((symbol) => visit(symbol, ''));
  const hidden = hiddenDeclarations(text, lines.offsetOfLsp({ line: linesBefore, character: 0 }));
  return [...new Set([...outlined, ...hidden])];
}

/** Lean's outline says of both only that they are namespaces. */
const scopeWord = /^(?:(?:@\[[^\]]*\]|public|noncomputable|meta)\s+)*(namespace|section)(?![\p{L}\p{N}_'.!?])/u;
/** Enough for the words before `section`. */
const longestPrefix = 200;
const nameless = /^(?:example$|instance(?:\s|$)|<)/;
const root = '_root_.';
