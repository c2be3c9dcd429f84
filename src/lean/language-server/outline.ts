/* What a text declares, told from the outline that Lean gives of it to editors. */
import type { Declaration } from '../declaration.ts';
import { LineIndex } from '../source/line-index.ts';
import type { LspSymbol } from './lean-protocol.ts';

/** The declarations of a text, in its order. Namespaces and sections are none. */
export function declarationsIn(symbols: readonly LspSymbol[], text: string): Declaration[] {
  const lines = new LineIndex(text);
  const visit = ({ name, range, selectionRange, children }: LspSymbol, namespace: string): Declaration[] => {
    const start = lines.offsetOfLsp(range.start);
    const word = scopeWord.exec(text.slice(start, start + longestPrefix))?.[1];
    if (word !== undefined) {
      const inside = word === 'namespace' ? `${namespace}${name}.`.slice(0, longestName + 1) : namespace;
      return (children ?? []).flatMap((child) => visit(child, inside));
    }
    return [
      {
        name: fullName(name, namespace),
        start,
        end: lines.offsetOfLsp(range.end),
        nameStart: lines.offsetOfLsp(selectionRange.start),
      },
    ];
  };
  return symbols.flatMap((symbol) => visit(symbol, ''));
}

/** Lean's outline says of both only that they are namespaces. */
const scopeWord = /^(?:(?:@\[[^\]]*\]|public|noncomputable|meta)\s+)*(namespace|section)(?![\p{L}\p{N}_'.!?])/u;
/** Enough for the words before `section`. */
const longestPrefix = 200;
/** Longer ones are of no use to anybody. */
const longestName = 2000;
/** What has none is told by what it is; a name has spaces in quotes only. */
const nameless = /^(?:example$|instance(?:\s|$)|<|[^«]*\s)/;
const root = '_root_.';

function fullName(name: string, namespace: string): string | undefined {
  if (nameless.test(name)) return undefined;
  const full = name.startsWith(root) ? name.slice(root.length) : namespace + name;
  return full.length > longestName ? undefined : full;
}
