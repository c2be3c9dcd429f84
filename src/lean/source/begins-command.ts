import { tokenize } from './lexer.ts';

/**
 * Whether a text surely begins a command of its own. A text that begins otherwise, with `+ 1` or a name, may go on with
 * the command before it.
 */
export function beginsCommand(code: string): boolean {
  for (const { kind, start, end } of tokenize(code)) {
    if (kind === 'comment') continue;
    if (kind === 'doc-comment') return true;
    const text = code.slice(start, end);
    return kind === 'identifier' ? commandWords.has(text) : /^(?:#[a-z]|@\[)/.test(code.slice(start, start + 2));
  }
  // Nothing but comments goes on with nothing.
  return true;
}

const commandWords: ReadonlySet<string> = new Set(
  `module prelude import abbrev attribute axiom class constant declare_syntax_cat def elab elab_rules end example export inductive infix infixl
  infixr initialize instance lemma local macro macro_rules meta mutual namespace noncomputable nonrec notation opaque open
  partial postfix prefix private protected public run_cmd scoped section set_option structure syntax theorem universe
  universes unsafe variable variables`.split(/\s+/),
);
