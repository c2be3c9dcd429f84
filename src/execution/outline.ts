import type { LspSymbol } from '../lean/lean-server.ts';
import { LineIndex } from '../lean/source/line-index.ts';

/** What a text declares, from Lean's outline of it. */
export interface Outline {
  /**
   * The full names of what is defined behind the first lines. What has no name (an `example`, an instance without one) is
   * left out.
   */
  readonly names: readonly string[];
  /** The declaration that begins in the first lines and goes on behind them, if there is one. */
  readonly continued: string | undefined;
}

/** Reads Lean's outline of a text, of which the first lines were there before. */
export function readOutline(symbols: readonly LspSymbol[], text: string, linesBefore: number): Outline {
  const lines = new LineIndex(text);
  const names: string[] = [];
  let continued: string | undefined;
  const visit = ({ name, range, selectionRange, children }: LspSymbol, namespace: string): void => {
    const start = lines.offsetOfLsp(range.start);
    const word = scopeWord.exec(text.slice(start, start + longestPrefix))?.[1];
    if (word !== undefined) {
      const inside = word === 'namespace' ? `${namespace}${name}.` : namespace;
      for (const child of children ?? []) visit(child, inside);
      return;
    }
    const fullName = name.startsWith(root) ? name.slice(root.length) : namespace + name;
    if (range.start.line < linesBefore && range.end.line >= linesBefore) continued = fullName;
    if (selectionRange.start.line >= linesBefore && !nameless.test(name)) names.push(fullName);
  };
  for (const symbol of symbols) visit(symbol, '');
  return { names, continued };
}

/** Lean's outline says of both only that they are namespaces. */
const scopeWord = /^(?:(?:@\[[^\]]*\]|public|noncomputable|meta)\s+)*(namespace|section)(?![\p{L}\p{N}_'.!?])/u;
/** Enough for the words before `section`. */
const longestPrefix = 200;
const nameless = /^(?:example$|instance(?:\s|$)|<)/;
const root = '_root_.';
