/* What a text declares, told from the outline that Lean gives of it to editors. */
import type { Declaration } from '../declaration.ts';
import { maxNameLength } from '../source/identifier.ts';
import type { LspSymbol } from './lean-protocol.ts';
import type { ServedText } from './served-text.ts';

/** The declarations of a text, in its order. Namespaces and sections are none. */
export function declarationsIn(symbols: readonly LspSymbol[], served: ServedText): Declaration[] {
  const visit = ({ name, range, selectionRange, children }: LspSymbol, namespace: string): Declaration[] => {
    const start = served.inText(range.start);
    const word = scopeWord.exec(served.text.slice(start, start + maxPrefixLength))?.[1];
    if (word !== undefined) {
      const inside = word === 'namespace' ? `${namespace}${name}.`.slice(0, maxNameLength + 1) : namespace;
      return (children ?? []).flatMap((child) => visit(child, inside));
    }
    return [
      {
        name: fullName(name, namespace),
        start,
        end: served.inText(range.end),
        nameStart: served.inText(selectionRange.start),
      },
    ];
  };
  return symbols.flatMap((symbol) => visit(symbol, ''));
}

/** Lean's outline says of both only that they are namespaces. */
const scopeWord = /^(?:(?:@\[[^\]]*\]|public|noncomputable|meta)\s+)*(namespace|section)(?![\p{L}\p{N}_'.!?])/u;
/** Enough for the words before `section`. */
const maxPrefixLength = 200;
/** What has none is told by what it is; a name has spaces in quotes only. */
const nameless = /^(?:example$|instance(?:\s|$)|<|[^«]*\s)/;
const root = '_root_.';

function fullName(name: string, namespace: string): string | undefined {
  if (nameless.test(name)) return undefined;
  const full = name.startsWith(root) ? name.slice(root.length) : namespace + name;
  return full.length > maxNameLength ? undefined : full;
}
