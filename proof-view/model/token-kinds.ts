/* What the characters of Lean source are, for colours. The tokens are those that the server reads, too. */
import { tokenize } from '../../src/lean/source/lexer.ts';

/** How a piece of source is shown; the rest is plain. */
export type Look = 'comment' | 'string' | 'number' | 'keyword' | 'command' | 'sorry';

/** By offset in UTF-16 units; sparse. */
export function tokenKinds(code: string): (Look | undefined)[] {
  const looks: (Look | undefined)[] = [];
  let hash = -1;
  for (const { kind, start, end } of tokenize(code)) {
    const text = code.slice(start, end);
    const isCommand = kind === 'identifier' && hash === start;
    const look = isCommand ? 'command' : lookOf(kind, text);
    if (look !== undefined) for (let at = isCommand ? start - 1 : start; at < end; at += 1) looks[at] = look;
    hash = kind === 'symbol' && text === '#' ? end : -1;
  }
  return looks;
}

function lookOf(kind: string, text: string): Look | undefined {
  if (kind === 'comment' || kind === 'doc-comment') return 'comment';
  if (kind === 'string' || kind === 'char') return 'string';
  if (kind === 'number') return 'number';
  if (text === 'sorry' || text === 'admit') return 'sorry';
  return kind === 'identifier' && keywords.has(text) ? 'keyword' : undefined;
}

const keywords: ReadonlySet<string> = new Set(
  (
    'abbrev at attribute axiom by calc class macro macro_rules def deriving do elab else end example export extends ' +
    'for from fun have if import in include inductive infix infixl infixr instance lemma let local match mut mutual ' +
    'namespace noncomputable notation obtain omit open opaque partial postfix prefix private protected public return ' +
    'scoped section set_option show structure suffices syntax termination_by then theorem try unless unsafe universe ' +
    'using variable where with while Prop Sort Type'
  ).split(' '),
);
